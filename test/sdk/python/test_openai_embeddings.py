"""Embeddings, moderations and models through the official OpenAI SDK."""

import base64
import math
import struct
import unittest

import openai
from clients import openai_client

MODEL = "text-embedding-3-small"


def cosine(one, other):
    return sum(a * b for a, b in zip(one, other, strict=True))


class Embeddings(unittest.TestCase):
    def setUp(self):
        self.client = openai_client()
        self.addCleanup(self.client.close)

    def test_a_batch_of_texts(self):
        texts = ["How do I reset my password?", "I forgot my password, how can I reset it?", "Bread needs flour."]
        reply = self.client.embeddings.create(model=MODEL, input=texts, encoding_format="float")
        self.assertEqual([item.index for item in reply.data], [0, 1, 2])
        question, paraphrase, other = (item.embedding for item in reply.data)
        self.assertEqual(len(question), 1536)
        self.assertTrue(math.isclose(cosine(question, question), 1, abs_tol=1e-5))
        self.assertGreater(cosine(question, paraphrase), cosine(question, other) + 0.3)
        self.assertEqual(reply.model, f"{MODEL}-simulated")
        self.assertEqual(reply.usage.total_tokens, reply.usage.prompt_tokens)

    def test_numbers_and_base64_are_the_same_vector(self):
        # The SDK itself asks for base64 where the caller names no format; strict clients see the text before it is decoded.
        request = {"model": MODEL, "input": "What is a ring buffer?", "dimensions": 64}
        numbers = self.client.embeddings.create(**request, encoding_format="float").data[0].embedding
        raw = self.client.embeddings.with_raw_response.create(**request, encoding_format="base64")
        encoded = base64.b64decode(raw.http_response.json()["data"][0]["embedding"])
        expected = [struct.unpack("<f", struct.pack("<f", number))[0] for number in numbers]
        self.assertEqual(list(struct.unpack("<64f", encoded)), expected)

    def test_the_default_format_is_decoded(self):
        client = openai_client(_strict_response_validation=False)
        self.addCleanup(client.close)
        [item] = client.embeddings.create(model=MODEL, input=[[9906, 1917]], dimensions=8).data
        [text] = client.embeddings.create(model=MODEL, input="Hello world", dimensions=8).data
        self.assertEqual(item.embedding, text.embedding)
        self.assertEqual(len(item.embedding), 8)

    def test_a_chat_model_is_refused(self):
        with self.assertRaises(openai.PermissionDeniedError):
            self.client.embeddings.create(model="gpt-4o", input="a")


class Moderations(unittest.TestCase):
    def setUp(self):
        self.client = openai_client()
        self.addCleanup(self.client.close)

    def test_a_text_and_an_image(self):
        image = {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}
        text = {"type": "text", "text": "I want to kill them."}
        reply = self.client.moderations.create(model="omni-moderation-latest", input=[text, image])
        [result] = reply.results
        self.assertTrue(result.flagged and result.categories.violence)
        self.assertFalse(result.categories.self_harm_intent)
        self.assertEqual(result.category_applied_input_types.violence, ["text", "image"])

    def test_a_model_that_knows_no_illicit_category(self):
        [result] = self.client.moderations.create(model="text-moderation-latest", input="Good morning!").results
        self.assertFalse(result.flagged)
        self.assertIsNone(result.categories.illicit)


class Models(unittest.TestCase):
    def setUp(self):
        self.client = openai_client()
        self.addCleanup(self.client.close)

    def test_the_list_and_one_of_it(self):
        names = [model.id for model in self.client.models.list()]
        self.assertLessEqual({"gpt-4o", MODEL, "omni-moderation-latest"}, set(names))
        self.assertEqual(self.client.models.retrieve(MODEL).id, MODEL)

    def test_none_can_be_deleted(self):
        with self.assertRaises(openai.PermissionDeniedError):
            self.client.models.delete("gpt-4o")

"""Chat completions through the official OpenAI SDK."""

import unittest

import openai
from clients import asynchronous_openai_client, openai_client

MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "What is a ring buffer?"},
]
KEY = {"x-llm-sim-request-id": "1"}


class ChatCompletions(unittest.TestCase):
    def setUp(self):
        self.client = openai_client()
        self.addCleanup(self.client.close)

    def test_a_whole_reply(self):
        completion = self.client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES)
        [choice] = completion.choices
        self.assertEqual(choice.finish_reason, "stop")
        self.assertGreater(len(choice.message.content), 20)
        self.assertEqual(completion.model, "gpt-4o-mini-simulated")
        usage = completion.usage
        self.assertEqual(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens)
        self.assertTrue(completion._request_id.startswith("req_"))

    def test_a_stream_says_what_the_whole_reply_says(self):
        whole = self.client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES, extra_headers=KEY)
        stream = self.client.chat.completions.create(
            model="gpt-4o-mini",
            messages=MESSAGES,
            stream=True,
            stream_options={"include_usage": True},
            extra_headers=KEY,
        )
        *chunks, last = stream
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        self.assertEqual(text, whole.choices[0].message.content)
        self.assertEqual(last.choices, [])
        self.assertEqual(last.usage, whole.usage)

    def test_the_stream_helper_accumulates(self):
        with self.client.chat.completions.stream(model="gpt-4o-mini", messages=MESSAGES, n=2) as stream:
            kinds = {event.type for event in stream}
            completion = stream.get_final_completion()
        self.assertLessEqual({"chunk", "content.delta", "content.done"}, kinds)
        self.assertEqual(len(completion.choices), 2)
        for choice in completion.choices:
            self.assertGreater(len(choice.message.content), 20)

    def test_errors_have_the_class_of_their_status(self):
        with self.assertRaises(openai.NotFoundError) as unknown:
            self.client.chat.completions.create(model="gpt-99", messages=MESSAGES)
        self.assertEqual(unknown.exception.code, "model_not_found")
        with self.assertRaises(openai.BadRequestError) as invalid:
            self.client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES, temperature=3)
        self.assertEqual(invalid.exception.param, "temperature")


class AsynchronousChatCompletions(unittest.IsolatedAsyncioTestCase):
    async def test_a_stream(self):
        async with asynchronous_openai_client() as client:
            stream = await client.chat.completions.create(
                model="gpt-4o-mini", messages=MESSAGES, max_tokens=9, stream=True
            )
            pieces = [chunk.choices[0].delta.content or "" async for chunk in stream]
        self.assertEqual(len([piece for piece in pieces if piece != ""]), 9)


class Models(unittest.TestCase):
    def test_a_list_and_one(self):
        client = openai_client()
        self.addCleanup(client.close)
        names = [model.id for model in client.models.list()]
        self.assertIn("gpt-4o-mini", names)
        self.assertEqual(client.models.retrieve("gpt-4o-2024-08-06").id, "gpt-4o-2024-08-06")


if __name__ == "__main__":
    unittest.main()

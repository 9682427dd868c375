"""Azure OpenAI through the official OpenAI SDK: AzureOpenAI on deployments, OpenAI on the path without a version."""

import unittest

import openai
from clients import URL, openai_client

MESSAGES = [{"role": "user", "content": "What is a ring buffer?"}]


def azure_client(**options) -> openai.AzureOpenAI:
    defaults = {"azure_endpoint": URL, "api_key": "any", "api_version": "2024-10-21", "max_retries": 0}
    return openai.AzureOpenAI(**{**defaults, **options})


class Azure(unittest.TestCase):
    def setUp(self):
        self.client = azure_client()
        self.addCleanup(self.client.close)

    def test_a_deployment_completes_a_chat(self):
        completion = self.client.chat.completions.create(model="gpt-4o", messages=MESSAGES, max_tokens=9)
        [choice] = completion.choices
        self.assertEqual(choice.finish_reason, "length")
        self.assertEqual(completion.usage.completion_tokens, 9)
        self.assertFalse(choice.model_extra["content_filter_results"]["hate"]["filtered"])
        [prompt] = completion.model_extra["prompt_filter_results"]
        self.assertEqual(prompt["prompt_index"], 0)

    def test_the_deployment_of_the_client_decides(self):
        client = azure_client(azure_deployment="gpt-4.1")
        self.addCleanup(client.close)
        completion = client.chat.completions.create(model="ignored", messages=MESSAGES, max_tokens=2)
        self.assertEqual(completion.model, "gpt-4.1-simulated")

    def test_a_stream_opens_with_the_prompt(self):
        stream = self.client.chat.completions.create(model="gpt-4o", messages=MESSAGES, max_tokens=9, stream=True)
        first, *chunks = stream
        self.assertEqual((first.id, first.choices), ("", []))
        self.assertIn("prompt_filter_results", first.model_extra)
        self.assertGreater(len("".join(chunk.choices[0].delta.content or "" for chunk in chunks)), 9)

    def test_embeddings(self):
        reply = self.client.embeddings.create(model="text-embedding-3-small", input=["a", "b"], dimensions=8)
        self.assertEqual([len(item.embedding) for item in reply.data], [8, 8])

    def test_responses(self):
        for client in (azure_client(api_version="2025-04-01-preview"), openai_client(base_url=f"{URL}/openai/v1/")):
            self.addCleanup(client.close)
            response = client.responses.create(model="gpt-4o", input="What is a ring buffer?", max_output_tokens=20)
            self.assertEqual(client.responses.retrieve(response.id).output_text, response.output_text)

    def test_a_deployment_that_does_not_exist(self):
        with self.assertRaises(openai.NotFoundError) as unknown:
            self.client.chat.completions.create(model="nobody", messages=MESSAGES)
        self.assertEqual(unknown.exception.code, "DeploymentNotFound")


if __name__ == "__main__":
    unittest.main()

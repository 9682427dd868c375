"""Errors and retries of the official OpenAI SDK."""

import unittest

import openai
from clients import URL, counting, fault, openai_client

REQUEST = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hello"}]}


class Errors(unittest.TestCase):
    def test_every_status_has_its_class(self):
        client = openai_client()
        self.addCleanup(client.close)
        for kind, expected in (
            ("authentication", openai.AuthenticationError),
            ("permission", openai.PermissionDeniedError),
            ("rate_limit", openai.RateLimitError),
            ("server_error", openai.InternalServerError),
            ("overloaded", openai.InternalServerError),
        ):
            with self.subTest(kind), self.assertRaises(expected) as raised:
                client.chat.completions.create(**REQUEST, extra_headers=fault(kind))
            self.assertTrue(raised.exception.request_id.startswith("req_"))

    def test_a_lost_connection_is_its_own_class(self):
        client = openai_client(base_url="http://127.0.0.1:9/v1")
        self.addCleanup(client.close)
        with self.assertRaises(openai.APIConnectionError):
            client.chat.completions.create(**REQUEST)


class Retries(unittest.TestCase):
    def setUp(self):
        self.client = openai_client(max_retries=2)
        self.addCleanup(self.client.close)

    def test_a_second_try_succeeds(self):
        with counting(self.client) as paths:
            self.client.chat.completions.create(**REQUEST, extra_headers=fault("once"))
        self.assertEqual(len(paths), 2)

    def test_tries_end(self):
        with counting(self.client) as paths, self.assertRaises(openai.RateLimitError):
            self.client.chat.completions.create(**REQUEST, extra_headers=fault("rate_limit"))
        self.assertEqual(len(paths), 3)

    def test_a_mistake_is_not_tried_again(self):
        with counting(self.client) as paths, self.assertRaises(openai.BadRequestError):
            self.client.chat.completions.create(**REQUEST, temperature=3)
        self.assertEqual(len(paths), 1)


class Azure(unittest.TestCase):
    def test_a_deployment_answers(self):
        client = openai.AzureOpenAI(
            azure_endpoint=URL,
            api_key="any",
            api_version="2024-10-21",
            max_retries=0,
        )
        self.addCleanup(client.close)
        completion = client.chat.completions.create(**REQUEST)
        self.assertGreater(len(completion.choices[0].message.content), 0)
        chunks = list(client.chat.completions.create(**REQUEST, stream=True))
        self.assertGreater(len(chunks), 2)

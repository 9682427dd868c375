"""Legacy completions through the official OpenAI SDK."""

import unittest

from clients import openai_client

MODEL = "gpt-3.5-turbo-instruct"


class LegacyCompletions(unittest.TestCase):
    def setUp(self):
        self.client = openai_client()
        self.addCleanup(self.client.close)

    def test_a_whole_reply_with_its_prompt(self):
        completion = self.client.completions.create(model=MODEL, prompt="Once upon", max_tokens=7, echo=True)
        [choice] = completion.choices
        self.assertTrue(choice.text.startswith("Once upon"))
        self.assertEqual(choice.finish_reason, "length")
        self.assertEqual(completion.usage.completion_tokens, 7)

    def test_probabilities(self):
        completion = self.client.completions.create(model=MODEL, prompt="Once upon", max_tokens=7, logprobs=2)
        [choice] = completion.choices
        self.assertEqual("".join(choice.logprobs.tokens), choice.text)
        self.assertEqual(len(choice.logprobs.token_logprobs), 7)

    def test_a_stream_of_two_prompts(self):
        # The SDK's models know no chunk that has no reason to finish yet, so they cannot be held to the letter.
        client = openai_client(_strict_response_validation=False)
        self.addCleanup(client.close)
        texts = ["", ""]
        reasons = [None, None]
        for chunk in client.completions.create(model=MODEL, prompt=["One", "Two"], max_tokens=7, stream=True):
            for choice in chunk.choices:
                texts[choice.index] += choice.text
                reasons[choice.index] = choice.finish_reason
        self.assertTrue(all(texts))
        self.assertEqual(reasons, ["length", "length"])


if __name__ == "__main__":
    unittest.main()

"""Messages through the official Anthropic SDK."""

import unittest

import anthropic
from clients import WEATHER_PARAMETERS, Person, anthropic_client, counting, fault

MODEL = "claude-sonnet-5-5"
# Takes a budget of thinking tokens, as models up to Claude 4.6 do.
BUDGETED_MODEL = "claude-sonnet-4-5"
QUESTION = [{"role": "user", "content": "What is the weather in Paris?"}]
TOOL = {"name": "get_weather", "description": "The weather", "input_schema": WEATHER_PARAMETERS}
KEY = {"x-llm-sim-request-id": "1"}
THINKING = {"type": "enabled", "budget_tokens": 1024}


class Messages(unittest.TestCase):
    def setUp(self):
        self.client = anthropic_client()
        self.addCleanup(self.client.close)
        self.request = {"model": MODEL, "max_tokens": 2048, "messages": QUESTION}

    def test_a_whole_message(self):
        message = self.client.messages.create(**self.request, system="Be brief.")
        [block] = message.content
        self.assertEqual(block.type, "text")
        self.assertGreater(len(block.text), 0)
        self.assertEqual((message.role, message.stop_reason), ("assistant", "end_turn"))
        self.assertGreater(message.usage.input_tokens, 0)
        self.assertTrue(message._request_id.startswith("req_"))

    def test_a_limit_and_a_stop_sequence(self):
        short = self.client.messages.create(**{**self.request, "max_tokens": 5})
        self.assertEqual((short.stop_reason, short.usage.output_tokens), ("max_tokens", 5))
        stopped = self.client.messages.create(**self.request, stop_sequences=["e"])
        self.assertEqual((stopped.stop_reason, stopped.stop_sequence), ("stop_sequence", "e"))

    def test_a_stream_accumulates_to_the_whole_message(self):
        whole = self.client.messages.create(**self.request, extra_headers=KEY)
        with self.client.messages.stream(**self.request, extra_headers=KEY) as stream:
            text = "".join(stream.text_stream)
            message = stream.get_final_message()
        self.assertEqual(text, whole.content[0].text)
        self.assertEqual(message.to_dict(), whole.to_dict())

    def test_a_raw_stream_has_the_documented_order(self):
        types = [event.type for event in self.client.messages.create(**self.request, stream=True)]
        self.assertEqual(types[:2], ["message_start", "content_block_start"])
        self.assertEqual(types[-3:], ["content_block_stop", "message_delta", "message_stop"])
        self.assertLessEqual(set(types[2:-3]), {"content_block_delta", "ping"})

    def test_a_conversation_with_a_tool(self):
        message = self.client.messages.create(**self.request, tools=[TOOL])
        self.assertEqual(message.stop_reason, "tool_use")
        call = message.content[-1]
        self.assertEqual((call.type, call.name), ("tool_use", "get_weather"))
        self.assertEqual(set(call.input), {"city", "unit"})
        result = {"type": "tool_result", "tool_use_id": call.id, "content": "Sunny"}
        history = [*QUESTION, {"role": "assistant", "content": message.content}, {"role": "user", "content": [result]}]
        answer = self.client.messages.create(**{**self.request, "messages": history}, tools=[TOOL])
        self.assertEqual(answer.stop_reason, "end_turn")

    def test_a_streamed_tool_input_accumulates(self):
        with self.client.messages.stream(**self.request, tools=[TOOL], tool_choice={"type": "any"}) as stream:
            events = list(stream)
            call = stream.get_final_message().content[-1]
        self.assertEqual(set(call.input), {"city", "unit"})
        pieces = [event.partial_json for event in events if event.type == "input_json"]
        self.assertGreater(len(pieces), 1)

    def test_thinking_comes_signed_and_before_the_text(self):
        adaptive = {"type": "adaptive", "display": "summarized"}
        for model, thinking in ((MODEL, adaptive), (BUDGETED_MODEL, THINKING)):
            request = {**self.request, "model": model, "thinking": thinking, "extra_headers": KEY}
            whole = self.client.messages.create(**request)
            with self.client.messages.stream(**request) as stream:
                thoughts = "".join(event.thinking for event in stream if event.type == "thinking")
                message = stream.get_final_message()
            for reply in (whole, message):
                self.assertEqual([block.type for block in reply.content], ["thinking", "text"])
                self.assertGreater(len(reply.content[0].signature), 0)
            self.assertEqual(thoughts, whole.content[0].thinking)

    def test_a_reply_becomes_a_model(self):
        message = self.client.messages.parse(**self.request, output_format=Person)
        self.assertIsInstance(message.parsed_output, Person)

    def test_tokens_are_counted_as_messages_are(self):
        counted = self.client.messages.count_tokens(model=MODEL, messages=QUESTION, tools=[TOOL])
        message = self.client.messages.create(**self.request, tools=[TOOL])
        self.assertEqual(counted.input_tokens, message.usage.input_tokens)

    def test_a_prompt_is_cached(self):
        text = {"type": "text", "text": "A long rule. " * 2000, "cache_control": {"type": "ephemeral"}}
        first, second = (self.client.messages.create(**self.request, system=[text]).usage for _ in range(2))
        self.assertGreater(first.cache_creation_input_tokens, 1000)
        self.assertEqual(second.cache_read_input_tokens, first.cache_creation_input_tokens)


class Models(unittest.TestCase):
    def test_a_list_and_one(self):
        client = anthropic_client()
        self.addCleanup(client.close)
        names = [model.id for model in client.models.list()]
        self.assertIn(MODEL, names)
        self.assertEqual(client.models.retrieve(MODEL).id, MODEL)
        with self.assertRaises(anthropic.NotFoundError):
            client.models.retrieve("claude-99")


class Errors(unittest.TestCase):
    def setUp(self):
        self.client = anthropic_client(max_retries=2)
        self.addCleanup(self.client.close)
        self.request = {"model": MODEL, "max_tokens": 16, "messages": QUESTION}

    def test_every_status_has_its_class(self):
        client = self.client.with_options(max_retries=0)
        for kind, expected, error_type in (
            ("authentication", anthropic.AuthenticationError, "authentication_error"),
            ("permission", anthropic.PermissionDeniedError, "permission_error"),
            ("rate_limit", anthropic.RateLimitError, "rate_limit_error"),
            ("server_error", anthropic.InternalServerError, "api_error"),
            ("overloaded", anthropic.OverloadedError, "overloaded_error"),
        ):
            with self.subTest(kind), self.assertRaises(expected) as raised:
                client.messages.create(**self.request, extra_headers=fault(kind))
            body = raised.exception.body
            self.assertEqual((body["type"], body["error"]["type"]), ("error", error_type))
            self.assertEqual(body["request_id"], raised.exception.request_id)

    def test_a_mistake_is_named(self):
        with self.assertRaises(anthropic.BadRequestError) as raised:
            self.client.messages.create(**{**self.request, "max_tokens": -1})
        self.assertIn("max_tokens", raised.exception.message)
        with self.assertRaises(anthropic.NotFoundError):
            self.client.messages.create(**{**self.request, "model": "claude-99"})

    def test_a_second_try_succeeds(self):
        with counting(self.client) as paths:
            self.client.messages.create(**self.request, extra_headers=fault("once"))
        self.assertEqual(len(paths), 2)

    def test_tries_end(self):
        with counting(self.client) as paths, self.assertRaises(anthropic.RateLimitError):
            self.client.messages.create(**self.request, extra_headers=fault("rate_limit"))
        self.assertEqual(len(paths), 3)

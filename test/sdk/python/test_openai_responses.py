"""Responses through the official OpenAI SDK."""

import json
import unittest

import openai
from clients import WEATHER_PARAMETERS, Person, openai_client

TOOL = {"type": "function", "name": "get_weather", "strict": True, "parameters": WEATHER_PARAMETERS}


class Responses(unittest.TestCase):
    def setUp(self):
        self.client = openai_client()
        self.addCleanup(self.client.close)

    def test_a_whole_response(self):
        response = self.client.responses.create(model="gpt-4o", instructions="Be brief.", input="Hello")
        self.assertEqual(response.status, "completed")
        self.assertEqual(response.model, "gpt-4o-simulated")
        self.assertGreater(len(response.output_text), 0)
        usage = response.usage
        self.assertEqual(usage.total_tokens, usage.input_tokens + usage.output_tokens)

    def test_a_stream_ends_with_what_it_said(self):
        events = list(self.client.responses.create(model="gpt-4o", input="Hello", stream=True))
        self.assertEqual([event.sequence_number for event in events], list(range(len(events))))
        self.assertEqual([event.type for event in events[:2]], ["response.created", "response.in_progress"])
        self.assertEqual(events[-1].type, "response.completed")
        deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
        self.assertGreater(len(deltas), 1)
        self.assertEqual("".join(deltas), events[-1].response.output_text)

    def test_the_stream_helper_accumulates(self):
        with self.client.responses.stream(model="gpt-4o", input="Hello") as stream:
            texts = [event.snapshot for event in stream if event.type == "response.output_text.delta"]
            response = stream.get_final_response()
        self.assertEqual(texts[-1], response.output_text)

    def test_reasoning_comes_before_the_answer(self):
        response = self.client.responses.create(
            model="o3-mini", input="Hello", reasoning={"effort": "medium", "summary": "auto"}
        )
        self.assertEqual([item.type for item in response.output], ["reasoning", "message"])
        self.assertGreater(response.usage.output_tokens_details.reasoning_tokens, 0)

    def test_a_conversation_with_a_tool(self):
        first = self.client.responses.create(model="gpt-4o", input="Weather in Paris?", tools=[TOOL])
        [call] = [item for item in first.output if item.type == "function_call"]
        self.assertEqual(call.name, "get_weather")
        self.assertEqual(set(json.loads(call.arguments)), {"city", "unit"})
        second = self.client.responses.create(
            model="gpt-4o",
            previous_response_id=first.id,
            input=[{"type": "function_call_output", "call_id": call.call_id, "output": "Sunny"}],
            tools=[TOOL],
        )
        self.assertEqual(second.previous_response_id, first.id)
        self.assertGreater(len(second.output_text), 0)

    def test_a_streamed_call_accumulates(self):
        with self.client.responses.stream(model="gpt-4o", input="Weather?", tools=[TOOL]) as stream:
            events = list(stream)
        [done] = [event for event in events if event.type == "response.function_call_arguments.done"]
        deltas = [event.delta for event in events if event.type == "response.function_call_arguments.delta"]
        self.assertEqual("".join(deltas), done.arguments)
        self.assertEqual(set(json.loads(done.arguments)), {"city", "unit"})

    def test_a_response_becomes_a_model(self):
        response = self.client.responses.parse(model="gpt-4o", input="Who?", text_format=Person)
        self.assertIsInstance(response.output_parsed, Person)

    def test_a_response_is_kept_until_it_is_deleted(self):
        response = self.client.responses.create(model="gpt-4o", input="Hello", store=True)
        again = self.client.responses.retrieve(response.id)
        self.assertEqual(again.output_text, response.output_text)
        items = list(self.client.responses.input_items.list(response.id))
        self.assertEqual(len(items), 1)
        self.client.responses.delete(response.id)
        with self.assertRaises(openai.NotFoundError):
            self.client.responses.retrieve(response.id)

    def test_a_response_in_the_background_ends_by_itself(self):
        response = self.client.responses.create(model="gpt-4o", input="Hello", background=True)
        self.assertIn(response.status, ("queued", "in_progress"))
        while response.status != "completed":
            response = self.client.responses.retrieve(response.id)
        self.assertGreater(len(response.output_text), 0)
        with self.assertRaises(openai.BadRequestError):
            self.client.responses.cancel(response.id)

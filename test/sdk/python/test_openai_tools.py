"""Tools and structured output of chat completions through the official OpenAI SDK."""

import json
import unittest

import openai
from clients import WEATHER_PARAMETERS, Person, openai_client

TOOL = {
    "type": "function",
    "function": {"name": "get_weather", "strict": True, "parameters": WEATHER_PARAMETERS},
}
QUESTION = [{"role": "user", "content": "What is the weather in Paris?"}]


class Tools(unittest.TestCase):
    def setUp(self):
        self.client = openai_client()
        self.addCleanup(self.client.close)

    def check_arguments(self, text: str):
        arguments = json.loads(text)
        self.assertEqual(set(arguments), {"city", "unit"})
        self.assertIn(arguments["unit"], ("celsius", "fahrenheit"))

    def test_a_conversation_with_a_tool(self):
        completion = self.client.chat.completions.create(model="gpt-4o", messages=QUESTION, tools=[TOOL])
        [choice] = completion.choices
        self.assertEqual(choice.finish_reason, "tool_calls")
        self.assertIsNone(choice.message.content)
        [call] = choice.message.tool_calls
        self.assertEqual(call.function.name, "get_weather")
        self.check_arguments(call.function.arguments)
        result = {"role": "tool", "tool_call_id": call.id, "content": "Sunny"}
        answer = self.client.chat.completions.create(
            model="gpt-4o", messages=[*QUESTION, choice.message.to_dict(), result], tools=[TOOL]
        )
        self.assertEqual(answer.choices[0].finish_reason, "stop")
        self.assertGreater(len(answer.choices[0].message.content), 0)

    def test_a_streamed_call_accumulates(self):
        with self.client.chat.completions.stream(model="gpt-4o", messages=QUESTION, tools=[TOOL]) as stream:
            events = list(stream)
            message = stream.get_final_completion().choices[0].message
        [call] = message.tool_calls
        self.check_arguments(call.function.arguments)
        [done] = [event for event in events if event.type == "tool_calls.function.arguments.done"]
        self.assertEqual(done.arguments, call.function.arguments)
        self.assertEqual(done.parsed_arguments, json.loads(call.function.arguments))

    def test_a_choice_is_obeyed(self):
        ask = self.client.chat.completions.create
        none = ask(model="gpt-4o", messages=QUESTION, tools=[TOOL], tool_choice="none")
        self.assertIsNone(none.choices[0].message.tool_calls)
        named = {"type": "function", "function": {"name": "get_weather"}}
        for choice in ("required", named):
            completion = ask(model="gpt-4o", messages=QUESTION, tools=[TOOL], tool_choice=choice)
            self.assertEqual(completion.choices[0].message.tool_calls[0].function.name, "get_weather")

    def test_arguments_become_a_model(self):
        tool = openai.pydantic_function_tool(Person)
        completion = self.client.chat.completions.parse(
            model="gpt-4o", messages=QUESTION, tools=[tool], tool_choice="required"
        )
        [call] = completion.choices[0].message.tool_calls
        self.assertIsInstance(call.function.parsed_arguments, Person)


class StructuredOutput(unittest.TestCase):
    def setUp(self):
        self.client = openai_client()
        self.addCleanup(self.client.close)

    def test_a_reply_becomes_a_model(self):
        completion = self.client.chat.completions.parse(model="gpt-4o", messages=QUESTION, response_format=Person)
        self.assertIsInstance(completion.choices[0].message.parsed, Person)

    def test_a_streamed_reply_becomes_a_model(self):
        request = {"model": "gpt-4o", "messages": QUESTION, "response_format": Person}
        with self.client.chat.completions.stream(**request) as stream:
            completion = stream.get_final_completion()
        self.assertIsInstance(completion.choices[0].message.parsed, Person)

    def test_json_mode(self):
        completion = self.client.chat.completions.create(
            model="gpt-4o",
            messages=[{"role": "user", "content": "Answer in JSON."}],
            response_format={"type": "json_object"},
        )
        self.assertIsInstance(json.loads(completion.choices[0].message.content), dict)

    def test_log_probabilities(self):
        completion = self.client.chat.completions.create(
            model="gpt-4o", messages=QUESTION, max_tokens=5, logprobs=True, top_logprobs=3
        )
        tokens = completion.choices[0].logprobs.content
        self.assertEqual("".join(token.token for token in tokens), completion.choices[0].message.content)
        self.assertEqual([len(token.top_logprobs) for token in tokens], [3] * 5)

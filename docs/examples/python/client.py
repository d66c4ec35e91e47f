"""A client of the bus in Python, with nothing but the websockets library.

    VESTNIK_URL=http://127.0.0.1:8378/v1/tenants/demo VESTNIK_TOKEN=eyJ… python3 client.py

It prints what comes, acknowledges it, answers calls of the method "echo", and comes back by itself.
"""

import asyncio
import json
import os
import random

import websockets

URL = os.environ["VESTNIK_URL"].replace("http", "ws", 1) + "/socket"
TOKEN = os.environ["VESTNIK_TOKEN"]
# After these somebody has to do something first: coming back at once would not help.
FOR_GOOD = {4400, 4401, 4403, 4404, 4409}


class Client:
    def __init__(self):
        self.position = None  # of the last message that was handled

    def handle(self, message):
        """The application's own part. What is handled twice must do no harm: ids tell."""
        print(message["type"], json.dumps(message.get("data"), ensure_ascii=False), flush=True)

    def answer(self, call):
        if call["method"] == "echo":
            return {"result": call["params"]}
        return {"error": {"code": -32601, "message": "there is no such method"}}

    async def session(self, socket):
        params = {"token": TOKEN}
        if self.position is not None:
            params["position"] = self.position
        await self.send(socket, {"id": "connect", "method": "connect", "params": params})
        async for frame in socket:
            call = json.loads(frame)
            method = call.get("method")
            if method == "message":
                self.handle(call["params"])
                if "position" in call["params"]:
                    self.position = call["params"]["position"]
                    await self.send(socket, {"method": "ack", "params": {"position": self.position}})
            elif method == "call":
                await self.send(socket, {"id": call["id"], **self.answer(call["params"])})
            elif method == "notice":
                print("notice", call["params"]["type"], flush=True)
            elif "error" in call:
                print("error", call["error"]["data"]["detail"], flush=True)

    @staticmethod
    async def send(socket, call):
        await socket.send(json.dumps({"jsonrpc": "2.0", **call}))

    async def run(self):
        delay = 0.5
        while True:
            try:
                async with websockets.connect(URL, subprotocols=["vestnik.v1.jsonrpc"]) as socket:
                    delay = 0.5
                    await self.session(socket)
                    code = socket.close_code
            except websockets.ConnectionClosed as closed:
                code = closed.code
            except (OSError, websockets.InvalidStatusCode, websockets.InvalidMessage):
                code = 1006
            if code in FOR_GOOD:
                raise SystemExit(f"closed for good: {code}")
            await asyncio.sleep(delay * (0.5 + random.random() / 2))
            delay = min(delay * 2, 30)


asyncio.run(Client().run())

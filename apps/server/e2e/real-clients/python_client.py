"""Receives, acknowledges and sends over a plain WebSocket, with nothing but the websockets library."""

import asyncio
import json
import sys

import websockets


async def main(url, token, count):
    async with websockets.connect(url, subprotocols=["vestnik.v1.jsonrpc"]) as socket:
        await socket.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "connect", "params": {"token": token}}))
        connected = json.loads(await socket.recv())
        print(json.dumps({"connected": connected["result"]["client"]}), flush=True)
        got = 0
        async for frame in socket:
            call = json.loads(frame)
            if call.get("method") != "message":
                continue
            message = call["params"]
            print(json.dumps({"message": message}), flush=True)
            await socket.send(
                json.dumps({"jsonrpc": "2.0", "id": "ack", "method": "ack", "params": {"position": message["position"]}})
            )
            await socket.send(
                json.dumps(
                    {
                        "jsonrpc": "2.0",
                        "method": "send",
                        "params": {"to": message["from"], "type": "echo", "data": message["data"]},
                    }
                )
            )
            got += 1
            if got == count:
                return


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))

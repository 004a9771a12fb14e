// The reference for the fan-out, run by Bun: publishes each message to everybody in its room through uWebSockets'
// topics, with nothing checked, written or acked. A short message is a heartbeat and is answered.
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env.PORT),
  fetch(request, server) {
    return server.upgrade(request, { data: new URL(request.url).pathname }) ? undefined : new Response("ready");
  },
  websocket: {
    open(ws) {
      ws.subscribe(ws.data);
    },
    message(ws, text) {
      if (text.length < 64) ws.send(text);
      else server.publish(ws.data, text);
    },
  },
});

import { createSocket } from "node:dgram";
import { createServer } from "node:net";

// Below the range from which the system takes ports for outgoing connections: a port that is free now stays free until
// the program that it is for has opened it.
const first = 20_000;
const last = 32_000;
const given = new Set<number>();

/** Answers a port of loopback that is free now and was not given before. */
export async function freePort(network: "tcp" | "udp" = "tcp"): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = first + Math.floor(Math.random() * (last - first));
    if (given.has(port) || (await (network === "tcp" ? taken(port) : takenUdp(port)))) continue;
    given.add(port);
    return port;
  }
  throw new Error("no free port");
}

/** Tells whether somebody listens on a TCP port. */
export async function taken(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(true));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(false)));
  });
}

async function takenUdp(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  return new Promise((resolve) => {
    socket.once("error", () => resolve(true));
    socket.bind(port, "127.0.0.1", () => socket.close(() => resolve(false)));
  });
}

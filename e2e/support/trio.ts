import type { Welcome } from "./test.ts";
import type { RoomSeen, Visitor } from "./visitor.ts";

export interface Trio {
  jeanne: Visitor;
  amine: Visitor;
  samuel: Visitor;
  room: RoomSeen;
}

/** A call with its host, a colleague and a guest in it. */
export async function trio(welcome: Welcome, name: string): Promise<Trio> {
  const [jeanne, amine, samuel] = [await welcome(), await welcome(), await welcome()];
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name, entry: "public" });
  await jeanne.enter(room);
  await amine.open();
  await amine.signIn("Amine Kader");
  await amine.enter(room);
  await samuel.enter(room, "Samuel Ortiz");
  return { jeanne, amine, samuel, room };
}

import type { Person } from "./people";

/** Somebody for tests. */
export function person(id: string, more: Partial<Person> = {}): Person {
  return {
    id,
    name: id,
    mine: false,
    assurance: "unknown",
    organization: "",
    role: "member",
    administrator: "",
    micOn: true,
    cameraOn: false,
    speaking: false,
    joinedAt: 0,
    camera: undefined,
    screen: undefined,
    sounds: [],
    ...more,
  };
}

export function track(id: string): NonNullable<Person["screen"]> {
  return { publication: { trackSid: id } } as unknown as NonNullable<Person["screen"]>;
}

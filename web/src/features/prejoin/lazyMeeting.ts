import { lazy } from "react";

const load = () => import("../meeting");

export const Meeting = lazy(() => load().then((m) => ({ default: m.Meeting })));

/** Fetches the call's chunk while people get ready, so that joining waits for nothing but the network. */
export function warmMeeting(): void {
  load().catch(() => undefined); // told when it is needed
}

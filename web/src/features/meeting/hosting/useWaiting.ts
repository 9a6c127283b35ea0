import { useMemo } from "react";
import type { Knock } from "../../../api/lobby";
import { roomStream, type LobbyStream } from "../../../api/stream";
import { leads } from "../../../call/rights";
import { useLobby } from "../../lobby";
import { useView } from "../context";

const nobody: readonly Knock[] = [];

/** Who waits for this call, for its hosts; nobody for all others. `deaf`: more may wait than are known. */
export function useWaiting(): { slug: string; items: readonly Knock[]; deaf: boolean; stream: LobbyStream | undefined } {
  const slug = useView((view) => view.joined.room.slug);
  const hosts = useView((view) => leads(view.said.role));
  const stream = useMemo(() => (hosts ? roomStream(slug) : undefined), [hosts, slug]);
  const lobby = useLobby(stream);
  const deaf = lobby?.link.name === "down" || lobby?.link.name === "refused";
  return { slug, items: lobby?.state.rooms[slug]?.items ?? nobody, deaf, stream };
}

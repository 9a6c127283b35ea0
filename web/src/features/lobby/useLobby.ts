import { useCallback, useEffect, useSyncExternalStore } from "react";
import { listenTo, type LobbyStream } from "../../api/stream";
import type { LobbyState, StreamView } from "../../api/stream";

type Lobby = StreamView<LobbyState>;

const nothing = () => () => undefined;

/** What a stream says of who waits, heard as long as somebody on the page asks; without a stream, nothing. */
export function useLobby(stream: LobbyStream | undefined): Lobby | undefined {
  useEffect(() => (stream === undefined ? undefined : listenTo(stream)), [stream]);
  const read = useCallback(() => stream?.view.get(), [stream]);
  return useSyncExternalStore(stream?.view.subscribe ?? nothing, read);
}

import { useEffect, useEffectEvent, useState } from "react";
import { listenTo, roomStream } from "../../api/stream";
import { useStore } from "../../ui";

const spread = 1500; // whoever waits does not come in the same instant
const patience = 5_000; // for a clock of this machine that runs ahead of the server's
const furthest = 2 ** 31 - 1; // of a timer

/**
 * Calls back when the door of a room that opens later is another: the stream says so. Where nothing can be heard, it looks
 * once, when the time has come.
 */
export function useOpening(slug: string, opensAt: string | undefined, onChange: () => void): void {
  const [stream] = useState(() => roomStream(slug));
  const [heardBefore] = useState(() => stream.view.get().state.door);
  const [wait] = useState(() => Math.random() * spread);
  const door = useStore(stream.view, (view) => view.state.door);
  const hears = useStore(stream.view, (view) => view.link.name === "open");
  const changed = useEffectEvent(onChange);
  useEffect(() => listenTo(stream), [stream]);

  const news = door !== heardBefore ? door : undefined;
  const early = news?.code === "not-open-yet";
  const moved = early && news.opensAt !== "" && opensAt !== undefined && Date.parse(news.opensAt) !== Date.parse(opensAt);
  const open = news !== undefined && !early;
  useEffect(() => {
    if (!moved && !open) return;
    const timer = setTimeout(() => { changed(); }, open ? wait : 0);
    return () => { clearTimeout(timer); };
  }, [moved, open, wait, news?.turn]);

  useEffect(() => {
    if (hears || opensAt === undefined) return;
    const left = Date.parse(opensAt) - Date.now();
    if (left > furthest) return;
    const timer = setTimeout(() => { changed(); }, (left > 0 ? left : patience) + wait);
    return () => { clearTimeout(timer); };
  }, [hears, opensAt, wait]);
}

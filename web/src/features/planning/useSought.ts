import { useEffect, useState } from "react";
import { useLocation, useSearch } from "wouter";

const longest = 200; // of a title

/** What one looks for, a title and a month, is a part of the page's address: who opens a meeting and comes back finds it again. */
export function useSought() {
  const query = new URLSearchParams(useSearch());
  const asked = query.get("title") ?? "";
  const month = query.get("month") ?? "";
  const [, go] = useLocation();
  const [text, setText] = useState(asked);
  const [known, setKnown] = useState(asked);
  if (asked !== known) {
    setKnown(asked);
    setText(asked); // the address changed: a link, or one page back
  }
  useEffect(() => {
    if (text === asked) return undefined;
    const timer = setTimeout(() => {
      go(addressOf(text, month), { replace: true });
    }, 250);
    return () => {
      clearTimeout(timer);
    };
  }, [text, asked, month, go]);
  return {
    text,
    setText,
    title: asked.trim().slice(0, longest),
    month,
    setMonth: (now: string) => {
      go(addressOf(text, now), { replace: true });
    },
  };
}

function addressOf(title: string, month: string): string {
  const query = new URLSearchParams({ ...(title === "" ? {} : { title }), ...(month === "" ? {} : { month }) }).toString();
  return query === "" ? "/meetings" : `/meetings?${query}`;
}

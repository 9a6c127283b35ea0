import { useEffect, useEffectEvent, useRef, useState } from "react";
import { askBeforeLeaving, leaveFreely } from "../../browser/leaving";
import { Confirm } from "../../ui";

interface LeaveGuardProps {
  /** Whether there is something to lose. */
  when: boolean;
  title: string;
  lead: string;
  leave: string;
  stay: string;
}

const isStacked = (): boolean => typeof history.state === "object" && history.state !== null && "stays" in history.state;
const stack = () => {
  if (!isStacked()) history.pushState({ stays: true }, "", location.href);
};

/**
 * Asks before a page is left with something unsaved. No browser lets a page stop it from going back: the history has one more
 * entry for the page, so that going back once stays on it. Closed tabs and other sites are for the browser to ask about.
 */
export function LeaveGuard({ when, title, lead, leave, stay }: LeaveGuardProps) {
  const [asked, setAsked] = useState<() => void>();
  const stacked = useRef(false);
  const [left, setLeft] = useState(false);
  const asks = when && !left;
  const onBack = useEffectEvent(() => {
    if (left || !stacked.current || isStacked()) return;
    if (asks) setAsked(() => () => { history.back(); });
    else history.back(); // past the entry that looks like this one
  });
  useEffect(() => {
    stacked.current = isStacked(); // one that comes back to the page finds the entry there
    const back = () => {
      onBack();
    };
    addEventListener("popstate", back);
    return () => {
      removeEventListener("popstate", back);
    };
  }, []);
  useEffect(() => {
    if (!asks) return;
    stack();
    stacked.current = true;
    const unload = (event: BeforeUnloadEvent) => {
      event.preventDefault();
    };
    addEventListener("beforeunload", unload);
    const end = askBeforeLeaving((go) => {
      setAsked(() => go);
    });
    return () => {
      end();
      removeEventListener("beforeunload", unload);
    };
  }, [asks]);
  if (asked === undefined) return null;
  return (
    <Confirm
      title={title}
      lead={lead}
      confirm={leave}
      dismiss={stay}
      busy={false}
      onConfirm={() => {
        leaveFreely();
        setLeft(true);
        asked();
      }}
      onClose={() => {
        stack();
        setAsked(undefined);
      }}
    />
  );
}

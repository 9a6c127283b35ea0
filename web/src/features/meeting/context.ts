import { createContext, useContext } from "react";
import type { Call, CallView } from "../../call/call";
import { useStore } from "../../ui";

export const CallContext = createContext<Call | undefined>(undefined);

export function useCall(): Call {
  const call = useContext(CallContext);
  if (call === undefined) throw new Error("outside of a call");
  return call;
}

/** A part of the call's view; the component is drawn anew when that part changes. */
export function useView<Part>(part: (view: CallView) => Part): Part {
  return useStore(useCall().view, part);
}

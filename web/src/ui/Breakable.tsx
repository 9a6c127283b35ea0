import { Fragment } from "react";

/** A text whose addresses break at their joints, where a line is too short for them: "zoe@" and "association.example". */
export function Breakable({ text }: { text: string }) {
  return text.split(/(?<=[@/])|(?=\.\S)/).map((part, at) => (
    <Fragment key={at}>
      {at > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

import { AudioTrack } from "@livekit/components-react";
import { useView } from "./context";

/** The voices, and the sound of shared screens, of all the others: those on no page of the grid too. */
export function Sound() {
  const people = useView((view) => view.people);
  return (
    <div hidden>
      {people.flatMap((person) =>
        person.sounds.map((sound) => <AudioTrack key={`${person.id} ${sound.publication.trackSid}`} trackRef={sound} />),
      )}
    </div>
  );
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { keys } from "../../api/queries";
import { createRoom } from "../../api/rooms";
import type { Me } from "../../api/types";
import { currentLanguage } from "../../i18n";
import { ErrorNotice } from "../../ui";

/** Makes a room and goes to its door: a meeting now, with a link that stays. */
export function StartButton({ me }: { me: Me }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const under = useRef(false); // a double click comes before React has drawn that the first one is under way
  const start = useMutation({
    mutationFn: () => createRoom(t("home.newRoomName", { name: me.name }).slice(0, 120), currentLanguage()),
    onError: () => {
      under.current = false;
    },
    onSuccess: (room) => {
      void queries.invalidateQueries({ queryKey: keys.rooms });
      go(`/${room.slug}`);
    },
  });
  return (
    <>
      <button
        type="button"
        className="btn primary wide tall"
        aria-disabled={start.isPending}
        onClick={() => {
          if (under.current) return;
          under.current = true;
          start.mutate();
        }}
      >
        {start.isPending ? t("home.starting") : t("home.start")}
      </button>
      {start.isError && <ErrorNotice error={start.error} />}
    </>
  );
}

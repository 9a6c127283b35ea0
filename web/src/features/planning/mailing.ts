import { useTranslation } from "react-i18next";
import type { Meeting } from "../../api/meetings";
import { useConfig } from "../../api/queries";
import { keyOf, type Draft, type Guest } from "./draft";

/** How many people hear of a draft by mail, each kind of mail for itself. */
export interface Mails {
  invited: number;
  changed: number;
  struckOff: number;
}

const material = ["title", "date", "time", "minutes", "timeZone", "repeats", "mode", "slug"] as const satisfies (keyof Draft)[];

/** Those of them who get mail: the organizer knows what they plan, also under their address, where it is known. */
const hearing = (guests: readonly Guest[], organizer: string, address: string) =>
  guests.map(keyOf).filter((key) => key !== organizer && key !== address.toLowerCase());

/** before is what was read of a meeting that is there. */
export function mailsOf(draft: Draft, before: Draft | undefined, organizer: string, address = ""): Mails {
  const hear = (guests: readonly Guest[]) => hearing(guests, organizer, address);
  const was = new Set(hear(before?.guests ?? []));
  const now = new Set(hear(draft.guests));
  const differs = before !== undefined && material.some((name) => JSON.stringify(before[name]) !== JSON.stringify(draft[name]));
  return {
    invited: [...now].filter((key) => !was.has(key)).length,
    changed: differs ? [...now].filter((key) => was.has(key)).length : 0,
    struckOff: [...was].filter((key) => !now.has(key)).length,
  };
}

/** Whether an installation sends mail at all: one that does lets guests prove their address by it. */
export const useSendsMail = (): boolean => useConfig().data?.emailProof === true;

interface Hears {
  draft: Draft;
  before: Draft | undefined;
  organizer: string;
  address: string | undefined;
}

/** What the mails of a draft are, in sentences; none where no mail is sent. */
export function useMailWords({ draft, before, organizer, address }: Hears): string[] {
  const { t } = useTranslation();
  const sends = useSendsMail();
  if (!sends) return [];
  const mails = mailsOf(draft, before, organizer, address);
  return (["invited", "changed", "struckOff"] as const).flatMap((kind) => (mails[kind] === 0 ? [] : [t(`planning.mails.${kind}`, { count: mails[kind] })]));
}

/** A series that is parted is told to all: of the dates before, and of those that follow. */
export function usePartWords({ draft, before, organizer, address = "" }: Hears): string[] {
  const { t } = useTranslation();
  const sends = useSendsMail();
  const count = new Set(hearing([...draft.guests, ...(before?.guests ?? [])], organizer, address)).size;
  return sends && count > 0 ? [t("planning.mails.told", { count })] : [];
}

/** Who hears of a change of a meeting, or of its end, in a sentence. */
export function useToldWords({ invitees = [], organizer }: Meeting): string | undefined {
  const { t } = useTranslation();
  const sends = useSendsMail();
  const count = invitees.filter(({ user = "" }) => user === "" || user !== organizer?.user).length;
  return sends && count > 0 ? t("planning.mails.told", { count }) : undefined;
}

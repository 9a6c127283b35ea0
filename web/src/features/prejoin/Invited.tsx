import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../api/error";
import { claim } from "../../api/members";
import { keys, useMe, useRoom } from "../../api/queries";
import { signInHref } from "../../api/session";
import { forgetInvitation, invitationTo, pocketInvitation } from "../../browser/invitation";
import { Busy, ErrorNotice, Notice, useTitle } from "../../ui";

/** Takes up the invitation of the link, if it holds one, before the entrance is shown. */
export function Invited({ slug, children }: { slug: string; children: ReactNode }) {
  const [token, setToken] = useState(() => invitationTo(slug));
  const me = useMe();
  useEffect(() => {
    if (token !== undefined) pocketInvitation(slug, token);
  }, [slug, token]);
  // Whose browser this is, the entrance asks too, and it says what is wrong when nobody answers.
  if (token === undefined || me.data === undefined) return children;
  const goOn = () => {
    setToken(undefined);
  };
  return me.data.kind === "person" ? <Claiming slug={slug} token={token} onDone={goOn} /> : <SignInFirst slug={slug} onSkip={goOn} />;
}

function SignInFirst({ slug, onSkip }: { slug: string; onSkip: () => void }) {
  const { t } = useTranslation();
  useTitle(t("members.claimTitle"));
  return (
    <div className="page">
      <h1>{t("members.claimTitle")}</h1>
      <Notice
        actions={
          <>
            <a className="btn primary" href={signInHref(`/${slug}`)}>
              {t("common.signIn")}
            </a>
            <button type="button" className="btn" onClick={onSkip}>
              {t("members.claimSkip")}
            </button>
          </>
        }
      >
        <p>{t("members.claimLead")}</p>
      </Notice>
    </div>
  );
}

function Claiming({ slug, token, onDone }: { slug: string; token: string; onDone: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const room = useRoom(slug);
  const begun = useRef(false);
  const done = () => {
    forgetInvitation(slug);
    onDone();
  };
  const taking = useMutation({
    mutationFn: () => claim(slug, token),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.room(slug) });
      void queries.invalidateQueries({ queryKey: keys.rooms });
      done();
    },
  });
  const { mutate } = taking;
  const refused = taking.isError && asApiError(taking.error).code === "invitation-invalid";
  // Whose sign-in service answers for the address has the role since the sign-in; whoever opens the link twice has it, too.
  const has = refused && room.data?.room.role !== undefined;
  useEffect(() => {
    if (begun.current) return; // a token is good once, and React may run an effect twice
    begun.current = true;
    mutate();
  }, [mutate]);
  useEffect(() => {
    if (has) done();
  });
  useTitle(t("members.claimTitle"));
  if (!taking.isError || has || (refused && room.isPending)) {
    return (
      <div className="page">
        <Busy label={t("members.claimBusy")} />
      </div>
    );
  }
  const { code, passing } = asApiError(taking.error);
  return (
    <div className="page">
      <h1>{t("members.claimFailed")}</h1>
      <ErrorNotice
        error={taking.error}
        actions={
          <>
            {passing && (
              <button
                type="button"
                className="btn primary"
                onClick={() => {
                  mutate();
                }}
              >
                {t("common.retry")}
              </button>
            )}
            {(code === "sign-in-required" || code === "sign-in-expired") && (
              <a className="btn primary" href={signInHref(`/${slug}`)}>
                {t("common.signIn")}
              </a>
            )}
            <button type="button" className="btn" onClick={done}>
              {t("members.claimSkip")}
            </button>
          </>
        }
      />
    </div>
  );
}

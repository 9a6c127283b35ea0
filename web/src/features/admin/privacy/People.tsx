import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { copyOf, previewErasure } from "../../../api/privacy";
import { keep } from "../../../browser/keep";
import { Busy } from "../../../ui";
import s from "../admin.module.css";
import { people } from "../find";
import { FindField } from "../FindField";
import { usePerson } from "../reads";
import { Refusal } from "../Refusal";
import { shortId } from "../shortId";
import { ErasurePart } from "./ErasurePart";
import { previewKey } from "./keys";

/** What is done for one person: a copy, and an erasure. */
export function People({ id, may }: { id: string; may: boolean }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  if (id === "") {
    return (
      <div className={s.part}>
        <h2>{t("admin.privacy.parts.people")}</h2>
        <FindField
          label={t("admin.privacy.person.find")}
          hint={t("admin.privacy.person.findHint")}
          finder={people}
          path="/admin/privacy/people"
          chosen={undefined}
          onChoose={(one) => {
            if (one !== undefined) go(`/admin/privacy/people/${one.id}`);
          }}
        />
      </div>
    );
  }
  return <Person key={id} id={id} may={may} />;
}

function Person({ id, may }: { id: string; may: boolean }) {
  const { t } = useTranslation();
  const person = usePerson(id);
  // Who is erased has no name any more, be it that the page has read it before.
  const erased = useQuery({ queryKey: previewKey(id), queryFn: ({ signal }) => previewErasure(id, signal), enabled: false }).data?.erasure?.receipt !== undefined;
  if (person.isPending) return <Busy label={t("common.loading")} />;
  const known = erased ? undefined : person.data?.person;
  const name = known === undefined || known.name === "" ? t("admin.privacy.person.gone", { id: shortId(id) }) : known.name;
  return (
    <div className={s.part}>
      <h2>
        <bdi>{name}</bdi>
      </h2>
      {known !== undefined && (
        <p className="muted">
          {known.email !== undefined && `${known.email}, `}
          <bdi>{known.organization.name}</bdi>
        </p>
      )}
      <div>
        <Link href="/admin/privacy/people">{t("admin.privacy.person.other")}</Link>
      </div>
      {may && known !== undefined && <Copy id={id} />}
      <ErasurePart id={id} name={name} organization={known?.organization.id} may={may} />
    </div>
  );
}

function Copy({ id }: { id: string }) {
  const { t } = useTranslation();
  const copy = useMutation({ mutationFn: () => copyOf(id), onSuccess: keep });
  return (
    <section className={s.part}>
      <h3>{t("admin.privacy.person.copyTitle")}</h3>
      <p className="muted">{t("admin.privacy.person.copyLead")}</p>
      <div>
        <button
          type="button"
          className="btn"
          disabled={copy.isPending}
          onClick={() => {
            copy.mutate();
          }}
        >
          {copy.isPending ? t("common.loading") : t("admin.privacy.person.copy")}
        </button>
      </div>
      <p role="status">{copy.isSuccess && t("admin.privacy.person.copied")}</p>
      {copy.isError && <Refusal error={copy.error} path={`/admin/privacy/people/${id}`} />}
    </section>
  );
}

import { useTranslation } from "react-i18next";
import { useTitle } from "../../ui";

/** In a frame of another site, where the browser keeps no sign-in, a guest's neither: the way to the room is a window of its own. */
export function Abroad({ slug }: { slug: string }) {
  const { t } = useTranslation();
  useTitle(t("prejoin.framedTitle"));
  return (
    <main className="page">
      <h1>{t("prejoin.framedTitle")}</h1>
      <p>{t("prejoin.framed")}</p>
      <div>
        <a className="btn primary" href={`/${slug}${location.search}${location.hash}`} target="_blank" rel="noopener">
          {t("prejoin.ownWindow")}
        </a>
      </div>
    </main>
  );
}

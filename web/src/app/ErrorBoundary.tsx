import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** The last net. A chunk that is gone means that the server was updated under an open page: reloading is the answer. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean; outdated: boolean }> {
  override state = { failed: false, outdated: false };

  static getDerivedStateFromError(error: unknown) {
    const outdated = error instanceof TypeError && /dynamically imported module|module script/i.test(error.message);
    return { failed: true, outdated };
  }

  override render() {
    return this.state.failed ? <Broken outdated={this.state.outdated} /> : this.props.children;
  }
}

function Broken({ outdated }: { outdated: boolean }) {
  const { t } = useTranslation();
  return (
    <main className="page">
      <h1>{outdated ? t("common.updatedTitle") : t("common.brokenTitle")}</h1>
      <p className="muted">{t("common.brokenLead")}</p>
      <div>
        <button
          type="button"
          className="btn primary"
          onClick={() => {
            location.reload();
          }}
        >
          {t("common.reload")}
        </button>
      </div>
    </main>
  );
}

import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

// What browsers say of a script that is gone, and the loader of a style sheet.
const gone = /dynamically imported module|module script|unable to preload css/i;

/** The last net. A chunk that is gone means that the server was updated under an open page: reloading is the answer. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean; outdated: boolean }> {
  override state = { failed: false, outdated: false };

  static getDerivedStateFromError(error: unknown) {
    return { failed: true, outdated: error instanceof Error && gone.test(error.message) };
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

import type { WholeCatalogue } from "./fr/whole";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: WholeCatalogue };
  }
}

export { OrganizationsPage } from "./OrganizationsPage";

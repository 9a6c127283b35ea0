export { WhoField, type Chosen } from "./WhoField";

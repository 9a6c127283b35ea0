export { readAddresses, type Addressee } from "./addresses";
export { WhoField, type Chosen } from "./WhoField";

export { setChime } from "./chime";
export { Knocker } from "./Knocker";
export { SoundSetting } from "./SoundSetting";
export { useDecide } from "./useDecide";
export { useKeptFocus } from "./useKeptFocus";
export { useLobby } from "./useLobby";
export { useNews } from "./useNews";
export { WaitingInRooms } from "./WaitingInRooms";

import { Heart, HandHeart, Laugh, PartyPopper, Sparkles, ThumbsDown, ThumbsUp, Zap, type LucideIcon } from "lucide-react";
import type { ReactionName } from "../../call/signal";

// Drawn, not typed: a machine without an emoji font shows them all the same.
export const reactionIcons: Record<ReactionName, LucideIcon> = {
  "thumbs-up": ThumbsUp,
  "thumbs-down": ThumbsDown,
  clap: Sparkles,
  heart: Heart,
  laugh: Laugh,
  surprised: Zap,
  party: PartyPopper,
  thanks: HandHeart,
};

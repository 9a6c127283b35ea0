/** Words of administrative roles, and of who holds them. */
export const appointments = {
  lead: "Qui tient un rôle pour cet organisme. Un rôle vaut aussi pour les organismes qui lui sont rattachés.",
  platform: "Administrateurs de la plateforme",
  platformLead: "Qui tient un rôle pour toute la plateforme. Il y reste toujours au moins un administrateur.",
  none: "Personne ne tient encore de rôle ici.",
  since: "{{role}}, depuis le {{day}}",
  take: "Retirer le rôle",
  takeOf: "Retirer le rôle {{role}} : {{name}}",
  takeLead: "La personne perd ce rôle aussitôt. Son compte et ses salles restent.",
  give: "Donner un rôle",
  giveOf: "Donner le rôle {{role}} : {{name}}",
  role: "Rôle",
  roleMeans: {
    "platform-admin": "Peut tout faire sur la plateforme, pour tous les organismes.",
    "org-admin": "Modifie l’organisme et ceux qui lui sont rattachés, leurs services, leurs comptes et leurs administrateurs.",
    auditor: "Lit tout, y compris le journal, et ne modifie rien.",
    support: "Lit tout sauf le journal, et ne modifie rien.",
  },
  who: "À qui",
  whoHint: "Le début du nom, du prénom ou de l’adresse : deux lettres au moins.",
  closed: "Le compte de cette personne est fermé. Rouvrez-le d’abord.",
};

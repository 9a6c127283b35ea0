import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const spoken = new Set(["alt", "aria-description", "aria-label", "aria-roledescription", "aria-valuetext", "label", "placeholder", "title"]);
const hasLetters = (text) => /\p{L}/u.test(text);

// Whatever a person reads or hears comes from the catalogues.
const noRawText = {
  meta: { type: "problem", schema: [], messages: { raw: "Text belongs in i18n: {{text}}" } },
  create(context) {
    const report = (node, text) => {
      if (typeof text === "string" && hasLetters(text)) {
        context.report({ node, messageId: "raw", data: { text: text.trim() } });
      }
    };
    const literal = (node) => {
      if (node?.type === "Literal") return node.value;
      if (node?.type === "TemplateLiteral") return node.quasis.map((q) => q.value.raw).join("");
      return undefined;
    };
    return {
      JSXText: (node) => report(node, node.value),
      "JSXElement > JSXExpressionContainer": (node) => report(node, literal(node.expression)),
      JSXAttribute(node) {
        if (!spoken.has(node.name.name)) return;
        const value = node.value?.type === "JSXExpressionContainer" ? node.value.expression : node.value;
        report(node, literal(value));
      },
    };
  },
};

const deepFeature = { group: ["**/features/*/*"], message: "Import a feature through its index." };
const noLiveKit = {
  group: ["livekit-client", "@livekit/*"],
  message: "livekit-client stays in the lazy chunk of the call.",
  allowTypeImports: true,
};
const noReact = { group: ["react", "react-*", "**/features/*", "**/ui/*"], message: "The engine knows no React." };
const restrict = (...patterns) => ({ "@typescript-eslint/no-restricted-imports": ["error", { patterns }] });

export default tseslint.config(
  { ignores: ["dist", "src/api/schema.d.ts"] },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  jsxA11y.flatConfigs.strict,
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks, parvis: { rules: { "no-raw-text": noRawText } } },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...restrict(deepFeature, noLiveKit),
      "parvis/no-raw-text": "error",
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true } }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  { files: ["src/call/**/*.ts"], rules: restrict(noReact, noLiveKit) },
  { files: ["src/call/media/livekit*.ts"], rules: restrict(noReact) },
  { files: ["src/features/meeting/**/*.tsx"], rules: restrict(deepFeature) },
  { files: ["src/**/*.test.{ts,tsx}"], rules: { "parvis/no-raw-text": "off" } },
  { files: ["*.js", "scripts/*.mjs"], languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } } },
);

// What the walker leaves out, and what may lead to a page that it isn't named after. Every rule was reviewed; a new
// one needs a reason.

interface Rule {
  /** The page's shape, or `*`. */
  page: string;
  /** The element's name. */
  name: RegExp;
  why: string;
}

/** Never pressed. */
export const SKIPPED: Rule[] = [
  { page: "*", name: /^(Show|Hide) password$/, why: "pressed in the tests of the forms" },
  { page: "/settings", name: /^(English|Русский|Light|Dark|System)$/, why: "changes what all later names are read in" },
  { page: "*", name: /^(Change|Add) (the |a )?picture$/, why: "opens the system's own dialog for files" },
];

/** Takes something away or leaves for good: pressed only in a separate school. */
export const DESTRUCTIVE: Rule[] = [
  { page: "*", name: /^(Delete|Remove|Revoke|End|Discard|Reset)\b/, why: "takes something away" },
  { page: "/classes/:id", name: /^Make a new link$/, why: "the old link stops working" },
  { page: "/classes/:id/runs/:id", name: /^Teach again$/, why: "ends what is on" },
];

/** Ends the session: pressed last, together with what leads to it. */
export const LEAVES = /^(Log out|Leave)$/;
export const LEADS_TO_LEAVING = /: account$/;

/** Links named after what they do rather than the page they lead to, with that page. */
export const LEADS: { name: RegExp; to: RegExp }[] = [
  { name: /^LinguaGlow$|^Go to Home$|^Home$/, to: /^(\/|\/login)$/ },
  { name: /^Open$/, to: /^\/lessons\/:id$/ },
  { name: /^Lesson “/, to: /^\/lessons\/:id$/ },
  { name: /^Enter the class$/, to: /^\/classes\/:id$/ },
  { name: /^(English|Русский)$/, to: /^\/join\/:code$/ },
  { name: /^(just now|yesterday|.+ ago)$/, to: /^\/classes\/:id\/runs\/:id$/ },
  { name: /^Live$/, to: /^\/classes\/:id$/ },
  { name: /^Report$/, to: /^\/classes\/:id\/runs\/:id$/ },
  { name: /^All (\d+ )?lessons$|^Back to lessons$/, to: /^\/lessons$/ },
  { name: /^All classes$/, to: /^\/classes$/ },
  { name: /^Forgot your password\?$/, to: /^\/forgot-password$/ },
  { name: /^Create an account$/, to: /^\/register$/ },
  { name: /^(Log in|Back to login)$/, to: /^\/login$/ },
  { name: /^Leave the room/, to: /^\/$/ },
  { name: /^Skip to/, to: /.*/ },
];

/** Buttons that lead to another page after doing something. */
export const BUTTON_LEADS: { name: RegExp; to: RegExp }[] = [
  { name: /^Blank lesson$|^Open$/, to: /^\/lessons\/:id$/ },
  { name: /^Start class$/, to: /^\/classes\/:id$/ },
  { name: /^Settings$/, to: /^\/settings$/ },
  { name: /^Log out$/, to: /^\/login$/ },
];

const matches = (rules: Rule[], page: string, name: string): boolean =>
  rules.some((rule) => (rule.page === "*" || rule.page === page) && rule.name.test(name));

export const isSkipped = (page: string, name: string): boolean => matches(SKIPPED, page, name);
export const isDestructive = (page: string, name: string): boolean => LEAVES.test(name) || matches(DESTRUCTIVE, page, name);

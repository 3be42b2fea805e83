//! The one list of lints: parser, checks, `resep explain` and the handbook read it.

use super::Lint;
use crate::diag::Severity::{Error, Note, Warning};

/// Sorted by id.
pub static LINTS: &[Lint] = &[
    Lint {
        id: "active-picture",
        severity: Error,
        summary: "a drawing that runs code or loads something",
        explanation: "An SVG file is a document: opened by its own address it may run scripts, and it may load pictures and styles of other \
sites. Published are drawings that only draw: no `<script>`, no `<foreignObject>`, no `onload=` and the like, no address but `#id` and pictures within \
the file (`data:image/...`), no animation of an address, no elements of web pages, no `<!ENTITY` and `<!ATTLIST`, no encoding but one that has \
ASCII in it. Save it as plain SVG.",
    },
    Lint {
        id: "address-in-output",
        severity: Error,
        summary: "an e-mail address would be published",
        explanation: "A file that would be written holds an e-mail address that no source file shows as such, for example \
because it is put together from parts. Published addresses are collected by machines, and a private one cannot be taken \
back. Remove it, or write a role instead of a person. Addresses at example.com, example.org, example.net and under \
.invalid or .example are allowed.",
    },
    Lint {
        id: "alias-form",
        severity: Error,
        summary: "an alias that is no address of this site",
        explanation: "`aliases` in front matter lists where the page once was: addresses without language that begin and end \
with /, such as /guides/old-name/. They hold in every language; the site puts a page there that leads on, and a line into \
_redirects for hosts that read it.",
    },
    Lint {
        id: "alias-taken",
        severity: Error,
        summary: "an alias where something else stands already",
        explanation: "An old address can lead to one page only, and not where a page is. Because of that aliases can never \
lead in a circle.",
    },
    Lint {
        id: "arithmetic",
        severity: Error,
        summary: "a stated price per unit does not follow from price and units",
        explanation: "`price / units`, rounded to as many decimals as `price_per_unit` is written with, is not \
`price_per_unit`. Either a figure is mistyped, or the source contradicts itself. Correct the figure, or add a \
[[package.disputed]] table for the field with at least two values and the source of each; the page then shows both. \
A value whose source is \"computed\" must be the quotient.",
    },
    Lint {
        id: "bad-pattern",
        severity: Error,
        summary: "a pattern that the engine cannot read",
        explanation: "Patterns are a subset of regular expressions: literals, classes, groups with |, ?, bounded repeats \
{m,n}, bounded gaps .{0,40} and \\b. There is no *, +, ^, $ and no look-around, so that reading a paste takes time in \
proportion to its length whatever it holds. See docs/rules.md.",
    },
    Lint {
        id: "bad-rule",
        severity: Error,
        summary: "the engine refuses the rule",
        explanation: "The rule cannot be compiled; the message says why and the help what to write instead.",
    },
    Lint {
        id: "bad-slug",
        severity: Error,
        summary: "a folder name that cannot be an address",
        explanation: "Folder names become addresses. They are held to lower-case letters, digits and single hyphens, so \
that they are the same on every disk (some ignore case, Windows reserves names such as `con`) and need no escaping.",
    },
    Lint {
        id: "bad-value",
        severity: Error,
        summary: "a value that its key cannot have",
        explanation: "The value has the right type but is not one that the key knows: a word that is not in the list, a \
number that is no decimal, an address that is none. The help names what is possible.",
    },
    Lint {
        id: "bare-number",
        severity: Error,
        summary: "a rule whose evidence is a number alone",
        explanation: "Numbers such as 1102 or 429 stand in every log: as ports, line numbers, durations, codes of \
databases. Ask for the code as the value of a key (`code`), and for words, a family or a sender beside it.",
    },
    Lint {
        id: "blind-scanner",
        severity: Error,
        summary: "the search for secrets does not see a planted one",
        explanation: "Before each check a made-up key and a made-up address are planted among the sources and among the files to be \
written, and both must be found. If they are not, the program is damaged, and that it finds no secret elsewhere says nothing. \
Nothing is written then.",
    },
    Lint {
        id: "broken-anchor",
        severity: Error,
        summary: "a link to a heading that is not there",
        explanation: "The page exists, but nothing on it has that id. Ids are written after headings as {#id} and are the \
same in every language.",
    },
    Lint {
        id: "broken-image",
        severity: Error,
        summary: "an image that cannot be shown",
        explanation: "The file is not what the ending of its name says, is cut off, or has more than 16,384 pixels a side; or it is a drawing (SVG) \
that is no XML or lacks its `xmlns`. Browsers show nothing in its place. Pictures of a theme are looked at as well. Save it again from the program it was made with. \
Of PNG and JPEG files wider than a telephone narrower copies are made, which browsers choose from; width and height are written into the page, so that nothing moves when the image comes.",
    },
    Lint {
        id: "broken-link",
        severity: Error,
        summary: "a link to a page that is not there",
        explanation: "Links inside the site are addresses without language that begin and end with /, such as \
/guides/units/. The generator adds language and base path. In the public edition pages under internal/ do not exist.",
    },
    Lint {
        id: "broken-template",
        severity: Error,
        summary: "a template of the theme that cannot be read or rendered",
        explanation: "A file in theme/templates/ has a mistake: a tag that is not closed, a variable or a field that its page \
does not have, a block that no parent has, a template that is not there, or templates that lead in a circle. The place is where it stands; the help names \
what there is. `resep theme NAME` prints the program's own template of that name to compare with, and site/templates/README.md \
lists what each page sees. Use `{% if x is defined %}` where something may be absent.",
    },
    Lint {
        id: "code-language",
        severity: Error,
        summary: "a code block in a language that nothing is known about",
        explanation: "The word after ``` says what the code is, so that it is coloured and read aloud rightly. Known are bash, c, caddyfile, \
console, cpp, cs, css, csv, diff, dockerfile, go, graphql, html, http, ini, java, javascript, js, json, jsonc, kotlin, \
log, markdown, md, nginx, php, powershell, python, ruby, rust, sh, sql, swift, text, toml, ts, xml and yaml; write \
text for anything else. `resep check --fix` writes the known name of one that goes by another.",
    },
    Lint {
        id: "control-character",
        severity: Error,
        summary: "a character that no reader sees",
        explanation: "NUL and other control characters, and marks that turn the direction of what follows, hide what a file \
says from whoever reviews it, and programs cut texts at them. Take the character out; in a paste of a rule that must hold \
one, write it as an escape in a string of TOML, such as \\u001B. The first of each file is reported. A carriage return without a line feed is \
one of them: TOML ends no line there.",
    },
    Lint {
        id: "dangling-reference",
        severity: Error,
        summary: "a rule, family, page, model or figure that is not there",
        explanation: "An id points to nothing: a look-alike, a candidate, `variant_of`, `replaced_by`, a family, a page of \
the navigation, a table or a figure; or a style or a script of the theme loads a file that is not beside it. The help names the nearest that \
exists.",
    },
    Lint {
        id: "dead-external-link",
        severity: Error,
        summary: "a link to another site that leads nowhere",
        explanation: "`resep check --external` asked for the address and its server says that there is nothing (404 or 410). Look for where \
the page went, or take the link away; a source of a fact that is gone is no source.",
    },
    Lint {
        id: "dead-link-in-output",
        severity: Error,
        summary: "a written page leads to a file that is not written",
        explanation: "A link of a template, or of HTML in a page, leads nowhere. Where it is written in theme/ or in a page, the finding stands there; else it \
is a fault of the program. It is checked so that no such site is ever published.",
    },
    Lint {
        id: "do-not-say",
        severity: Error,
        summary: "a reply says what the list of forbidden terms forbids",
        explanation: "The part {#reply} of a reply under internal/replies/, or the text of an incident in site.toml, holds a term of \
internal/do-not-say.toml. Customers see their own coins: what we owe to whom, and what our servers say, misleads them. The help \
says what to write in its place. Only the internal edition is checked for this.",
    },
    Lint {
        id: "duplicate-code",
        severity: Error,
        summary: "two rules own the same code of the same provider",
        explanation: "A code has one permalink, /e/<provider>-<code>/, and so one owner. The others say \
`variant_of = \"<provider>/<owner>\"` instead of `codes`.",
    },
    Lint {
        id: "duplicate-id",
        severity: Error,
        summary: "an id that stands twice",
        explanation: "Ids name one thing. Two headings of a page, a heading and an element of HTML, two models, two families or two \
languages cannot share one, nor can a heading have an id of the page around the text, such as `main`.",
    },
    Lint {
        id: "email-address",
        severity: Error,
        summary: "an e-mail address in the sources",
        explanation: "No address of a person belongs into content: it would be published, and history keeps it. Write a role. \
Addresses at example.com, example.org, example.net and under .invalid or .example are allowed.",
    },
    Lint {
        id: "empty-data",
        severity: Warning,
        summary: "a table or a chart of which the data hold nothing",
        explanation: "`{{table:NAME}}` and `{{chart:NAME}}` of the program's own are made of data/, and data/ has no record that they \
would show: readers get a caption over an empty table, or no chart where the text speaks of one. Remove the line, or write the records. \
docs/generator.md says what each table shows, docs/design.md what each chart.",
    },
    Lint {
        id: "example-hit",
        severity: Error,
        summary: "an example that should miss is diagnosed as this rule",
        explanation: "The paste is marked `expect = \"miss\"`, yet the engine puts this rule first. The evidence is too \
wide: ask for more, or rule the other thing out with `unless` or `unless_family`.",
    },
    Lint {
        id: "example-missed",
        severity: Error,
        summary: "an example that should hit is not diagnosed as this rule",
        explanation: "The paste is marked `expect = \"hit\"`, yet the engine puts another rule first or finds nothing. The \
message says what it found instead. Widen the evidence of this rule, or narrow that of the other.",
    },
    Lint {
        id: "expired-fact",
        severity: Error,
        summary: "a fact that nobody has checked for too long",
        explanation: "Prices, limits and messages change. The source was last looked at more than `expired_days` of [limits] ago (180 unless \
site.toml says otherwise), by the date of the build; of the several sources of a rule the one that was looked at last \
counts. Look again, correct what changed, and write the day as `checked`. It is an error by a date that was asked for \
(--today or SOURCE_DATE_EPOCH) and a note by the system's clock, unless [lints] says otherwise.",
    },
    Lint {
        id: "file-name",
        severity: Error,
        summary: "a file that another system cannot store, or that no address can name as it is",
        explanation: "The content folder is copied to other computers. Two names that differ in upper and lower case only are \
one file on most disks of macOS and Windows; Windows keeps names such as `con` and `nul` for devices and stores no \
`: ? * | < >`. The name of a picture becomes part of its address: a space, an `é` or a `#` in it is written in several ways, by editors, \
browsers and disks, of which one works. Rename the file, and the links to it: letters A to Z, digits, `-`, `_` and `.`. A picture that \
is called as the narrower copy that is made of another, `map.480w.png`, would be lost.",
    },
    Lint {
        id: "file-too-large",
        severity: Error,
        summary: "a file larger than is read",
        explanation: "Texts are read up to 2 MiB and images up to 10 MiB, so that a stray file cannot fill the memory or the site.",
    },
    Lint {
        id: "folded-character",
        severity: Error,
        summary: "a pattern with a character that folding changes",
        explanation: "Patterns are matched against folded text: in small letters, without accents, with straight quotes and single spaces. \
A capital letter, an `é` or a curly quote would never be found; write what it is folded to. The table is in docs/rules.md.",
    },
    Lint {
        id: "front-matter",
        severity: Error,
        summary: "a page without readable front matter",
        explanation: "A page begins with a line `+++`, then TOML with `title` and `summary`, then a line `+++`.",
    },
    Lint {
        id: "future-date",
        severity: Error,
        summary: "a day that has not come yet",
        explanation: "`checked` is the day on which somebody looked at the source. A day to come is a slip, and the fact would not be called old \
for as long. `updated` of a page, `since` of a rule and of an incident are told to readers and feeds; they cannot be of a day to come either, unless the \
page is a draft. The clock decides: a day that is asked for, with `--today` or SOURCE_DATE_EPOCH, may be one before the content was written. One day is \
allowed, for it may be tomorrow already where you are.",
    },
    Lint {
        id: "glossary-word",
        severity: Warning,
        summary: "a word that the glossary avoids",
        explanation: "One thing has one word in each language, or readers take it for two. `avoid` of a term in data/glossary.toml \
lists the other words, by language; they are looked for in titles, summaries, text and interface words, not in code. Write the \
term; put what others say, such as a message or the label of a button, between `` ` ``.",
    },
    Lint {
        id: "heading-id",
        severity: Error,
        summary: "a heading without an id",
        explanation: "Headings carry {#id}. An id made from the words would differ between languages and change with every \
rewording, and links to it would break.",
    },
    Lint {
        id: "heading-level",
        severity: Error,
        summary: "a heading of the wrong level",
        explanation: "The title is the only heading of level 1; in the body no level may be left out. Screen readers read \
headings as the outline of a page.",
    },
    Lint {
        id: "image-text",
        severity: Error,
        summary: "an image without alternative text",
        explanation: "Write what the image shows between the brackets: ![what one sees](file.png). Readers who cannot see \
it hear that text.",
    },
    Lint {
        id: "inline-code",
        severity: Error,
        summary: "a script, style or handler within a page",
        explanation: "The Content-Security-Policy of every page runs scripts and applies styles from files of the site only, so that nothing \
which gets into a page by mistake runs there. A `<style>`, a `style=`, a `<script>` without `src` or an `onclick=` in a template of \
the theme would do nothing. Put it into a file in theme/assets/ and load that; data for a script belongs into `data-` attributes \
or a script of a type such as application/json. What would be written is looked through as well: a value that a template prints with \
`safe` may bring such code into a page.",
    },
    Lint {
        id: "invalid-html",
        severity: Error,
        summary: "a page that is no sound HTML",
        explanation: "An element is not closed where it was opened, an id stands twice, or a character is not escaped. Browsers guess, and \
guess differently. An id may come from the data: a word of the glossary, a wallet or a provider is called as something else on its \
page, and needs another. All else comes from templates: mend the one of your theme, or report it if you have none.",
    },
    Lint {
        id: "language-in-link",
        severity: Error,
        summary: "a link that names its language",
        explanation: "Links stay in the reader's language: write /guides/units/, not /id/guides/units/.",
    },
    Lint {
        id: "left-over-markdown",
        severity: Error,
        summary: "text that was meant as Markdown and is none",
        explanation: "A link whose address stands nowhere (`[units][nope]`), a sign of a note that is not written (`[^2]`), a callout of a kind \
that there is none of, a line of a table without the line of hyphens below the first, a cell beyond the last column, a heading, a callout \
or an item without words, a note that nothing leads to; a heading, an item or a box without its space (`##Words`, `1.one`, `[x]done`), a link that is \
not closed or has a space in it, an id where no heading is, `**` and `` ` `` without a partner. Markdown takes each for plain text, leaves it out or \
shows an empty frame. Put `` ` `` around what is meant as it stands. In titles, summaries and the words of data files no Markdown is read at all: \
links, figures and bold words there are found too.",
    },
    Lint {
        id: "link-form",
        severity: Error,
        summary: "a link in a form that is not understood",
        explanation: "Links inside the site begin and end with /, links to headings of the same page with #, links to other \
sites with https://. Relative links would break when a page moves. No page reads what stands behind `?`.",
    },
    Lint {
        id: "lost-address",
        severity: Error,
        summary: "an address that is online would be gone",
        explanation: "`resep build --check-published` compares with the published site: every page of its sitemap and every \
permalink of its errors.json, and where it can be seen every former address of its _redirects, must exist in the new site too, as a page or as an alias that leads on. People have linked to \
them from tickets, chats and notes. Give the page that takes its place `aliases = [\"/guides/old-name/\"]` in its front \
matter, or keep a rule that is no longer diagnosed as `retired` with `replaced_by`.",
    },
    Lint {
        id: "missing-file",
        severity: Error,
        summary: "a file that must be there is not",
        explanation: "site.toml, the interface words of each language and a rule.toml in each folder of errors/ must be there. `resep new` writes what \
is missing of a rule.",
    },
    Lint {
        id: "missing-image",
        severity: Error,
        summary: "an image that is not beside its page",
        explanation: "Images lie in the folder of the page and are named without a folder: ![what one sees](wallet-map.svg). They are AVIF, GIF, JPEG, \
PNG, SVG or WebP.",
    },
    Lint {
        id: "missing-key",
        severity: Error,
        summary: "a key that must be there is not",
        explanation: "The table lacks a key without which it means nothing. `resep new` writes skeletons with all keys, and \
docs/rules.md describes those of a rule.",
    },
    Lint {
        id: "missing-reply",
        severity: Error,
        summary: "an error without a reply to the customer",
        explanation: "In the internal edition each answer has a reply beside it. A reply names causes, wallets or rules in its reply.toml; the \
narrowest one is shown. Name the cause of this error in one of them; one that names rules or wallets too is for these alone.",
    },
    Lint {
        id: "missing-section",
        severity: Error,
        summary: "a rule's page without a section it must have",
        explanation: "The page of a rule has {#cause}, {#fix} with an ordered list of two to six steps, and {#verify}; with a cause \
about money (`app-balance`, `website-credits`, `provider-balance`, `api-package-depleted`, `api-package-expired`, `postpaid-arrears`) \
{#already-paid}, unless the rule is `opaque` or `ambiguous`; and where it has look-alikes {#not-this} may tell them apart. The same \
sections are the answer of the diagnoser.",
    },
    Lint {
        id: "missing-translation",
        severity: Warning,
        summary: "a page that is not written in every language",
        explanation: "The site is written: readers of the other language get the text that is there, with a notice; the answer of the \
diagnoser falls back as well. Add the file to take the notice away. While a language is added page by page, \
`missing-translation = \"note\"` under [lints] of site.toml lets `resep check` pass. (For a rule without words in the default language this is an error, see `rule-language`.)",
    },
    Lint {
        id: "missing-word",
        severity: Error,
        summary: "an interface word that templates use is missing",
        explanation: "Each language file in ui/ must hold every word that a template or a table uses, and all language files \
the same keys.",
    },
    Lint {
        id: "mojibake",
        severity: Error,
        summary: "text that was decoded with the wrong code page",
        explanation: "The characters are what UTF-8 looks like when it is read as Windows-1252 or Mac Roman, such as â€\u{201c} \
for a dash. The help shows what was meant. U+FFFD is what programs put where they could not read a character at all; what stood there is lost, \
and is to be written again. In pastes of rules, which may hold such text on purpose, it is allowed.",
    },
    Lint {
        id: "no-evidence",
        severity: Error,
        summary: "a rule or an alternative that asks for nothing",
        explanation: "Without evidence a rule would match every paste. Give each [[when]] a phrase, a family, a code or a number.",
    },
    Lint {
        id: "no-literal",
        severity: Error,
        summary: "a pattern without a literal of three bytes",
        explanation: "The engine looks for literals first, and each alternative of a pattern needs one of at least three \
bytes (a Chinese character is three). Patterns without one would have to be tried at every byte of every paste.",
    },
    Lint {
        id: "no-source",
        severity: Error,
        summary: "a rule without a source",
        explanation: "Every rule names at least one source with the date on which it was read and how sure it is, so that \
readers can judge it and it can be checked again.",
    },
    Lint {
        id: "not-utf8",
        severity: Error,
        summary: "a text that is not plain UTF-8",
        explanation: "Content is UTF-8 without byte order mark. Another encoding would show wrong characters to readers, and places of findings \
would be off. `--fix` writes UTF-16 as UTF-8.",
    },
    Lint {
        id: "orphan-page",
        severity: Warning,
        summary: "a page that the navigation does not name",
        explanation: "The page is published and listed after the others, in the order of addresses. Name it in \
[[navigation]] of site.toml to give it a place.",
    },
    Lint {
        id: "other-origin",
        severity: Error,
        summary: "a page that makes browsers ask another site",
        explanation: "A script, style, picture or form of another origin would tell that site who reads this one, and stop working \
when it does. The Content-Security-Policy forbids it; where a host or a reader's program ignores the policy, it would load. Copy the file into \
theme/assets/ or beside the page, or write a link.",
    },
    Lint {
        id: "outdated-translation",
        severity: Warning,
        summary: "the original changed since this was translated",
        explanation: "`translations.toml` records which original a translation was made from, section by section. Some of its sections read \
differently now. Bring the translation up to date and run `resep renew` for its folder; until then the page says how \
far it is behind.",
    },
    Lint {
        id: "oversize-image",
        severity: Warning,
        summary: "an image that is slow to load",
        explanation: "Readers come with phones on slow lines. Make the image smaller, or raise `image_kib` of [limits] in site.toml.",
    },
    Lint {
        id: "oversize-page",
        severity: Warning,
        summary: "a page that is slow to load",
        explanation: "The HTML of the page is larger than `page_kib` of [limits] in site.toml. Split it, or raise the limit.",
    },
    Lint {
        id: "pack-too-large",
        severity: Error,
        summary: "more rules, or more names of a provider, than a pack can hold",
        explanation: "The pack counts rules and patterns with 16 bits, the hosts, marks and names of a provider with 8, and lists of patterns \
and of families may name 1,048,576 in all. Merge rules that differ in nothing a reader can act on, families that are always named together, \
and names that have most of their letters in common.",
    },
    Lint {
        id: "personal-data",
        severity: Error,
        summary: "a phone number, or the name of a user in a path",
        explanation: "A person would be published: a phone number, or a name as in `/home/NAME` and `C:\\Users\\NAME`, which \
drawing programs write into an SVG as well. Write an \
obviously invented number, with five equal digits in a row (`0812-0000-0000`) or as `+1 212 555 0100`, and a user such as `user`, `you` or \
`name`. A company's own number may be published: turn the lint down under [lints] in site.toml.",
    },
    Lint {
        id: "placeholder",
        severity: Error,
        summary: "a placeholder of `resep new` that was never filled in",
        explanation: "`resep new` and `resep init` mark what you must write with FILL-IN. Replace each mark by the real text.",
    },
    Lint {
        id: "promised-time",
        severity: Error,
        summary: "a reply promises when it will work again",
        explanation: "The time of recovery is not in our hands, and a promise that is broken costs more than the disruption; a time for the \
next message is one, too. Say that you will write when there is news. The patterns are those of the terms of the kind `time` in internal/do-not-say.toml.",
    },
    Lint {
        id: "provider-in-reply",
        severity: Error,
        summary: "a reply names a provider",
        explanation: "To the customer we are the service. A reply names no provider of data/providers.toml and nothing that the terms of the kind \
`providers` in internal/do-not-say.toml forbid. Escalation texts may name them.",
    },
    Lint {
        id: "provider-on-words-alone",
        severity: Error,
        summary: "a rule that names a provider on words alone",
        explanation: "The same sentence is sent by several providers, and naming the wrong one sends people to fill the wrong \
wallet. Ask for a proven or named sender, or for a code together with the words; or write `sender = \"unknown\"`, and the \
finding will name no provider.",
    },
    Lint {
        id: "raw-html",
        severity: Error,
        summary: "HTML in Markdown",
        explanation: "Elements of HTML are not published unless they are allowed: `html = [\"kbd\"]` in the front matter of a page \
allows them there, in site.toml everywhere. Almost always Markdown, a callout or a table of data says the same, and says it to \
the Markdown twin, the search and the answer card too. Elements that run or load something or send what is typed cannot be \
allowed, nor attributes such as onclick and style; comments would be published. Put `` ` `` around a tag to show it.",
    },
    Lint {
        id: "rule-language",
        severity: Error,
        summary: "a rule that is not written in the default language",
        explanation: "The answer of the diagnoser comes from the same text as the page, and what is not translated yet falls back to the default \
language. A rule without words in that would have no answer.",
    },
    Lint {
        id: "secret",
        severity: Error,
        summary: "something that looks like a key, a token or a password",
        explanation: "A key in content is published, and history keeps it: revoke it, whoever it belongs to, before you remove \
it here. Examples carry obviously fake values such as FAKE-KEY.",
    },
    Lint {
        id: "secret-in-output",
        severity: Error,
        summary: "something that looks like a secret would be published",
        explanation: "A file that would be written holds what looks like a key, a token or a password, although no source \
file shows it as such, for example because it is put together from parts.",
    },
    Lint {
        id: "sender-in-generic-rule",
        severity: Error,
        summary: "a rule of unknown senders that asks for a sender",
        explanation: "A rule under generic/ has no provider, so `sender = \"proven\"` or \"named\" cannot be met. Move it to a provider's folder, \
or take `sender` away.",
    },
    Lint {
        id: "stale-fact",
        severity: Warning,
        summary: "a fact worth checking again",
        explanation: "The source was last looked at more than `stale_days` of [limits] ago (90 unless site.toml says otherwise), by the date \
of the build. Look again, correct what changed, and write the day as `checked`. A site is still written; after `expired_days` it is not. \
It is a warning by a date that was asked for (--today or SOURCE_DATE_EPOCH) and a note by the system's clock, unless [lints] says otherwise. \
Of the several sources of a rule the one that was looked at last counts, and the others are noted.",
    },
    Lint {
        id: "symbolic-link",
        severity: Error,
        summary: "a symbolic link in the content folder",
        explanation: "Links are not followed: they may lead out of the folder, into a circle, or nowhere on another machine.",
    },
    Lint {
        id: "table-header",
        severity: Error,
        summary: "a column without a name",
        explanation: "Who hears a table read aloud has only the names of its columns to go by. Write one into every cell of the first row.",
    },
    Lint {
        id: "told-too-sure",
        severity: Error,
        summary: "what somebody tells in their own words, as if it were an error's",
        explanation: "An alternative with `told` reads complaints: a short text in which nothing else is found, and in which words need \
not stand near each other. Such a reading is a guess. Write `likelihood = \"possible\"`, and leave `alone` out, which is for \
sentences that a program sends.",
    },
    Lint {
        id: "toml-syntax",
        severity: Error,
        summary: "a TOML file or front matter that cannot be read",
        explanation: "The parser's own words at the place, the first of each line. Common causes: a missing quote, a key twice in one table, a \
backslash in double quotes (use single quotes for patterns).",
    },
    Lint {
        id: "too-few-examples",
        severity: Error,
        summary: "a rule with fewer than two hits or two misses",
        explanation: "Every rule proves itself with at least two pastes that it must recognise, of different shapes, and two \
that it must not, one of them another rule's or another product's.",
    },
    Lint {
        id: "too-long",
        severity: Error,
        summary: "a pattern, a title or a summary that is too long",
        explanation: "A match may be 256 bytes long. Titles and summaries have limits in site.toml, as search engines and \
lists cut what is longer.",
    },
    Lint {
        id: "too-many-alternatives",
        severity: Error,
        summary: "a pattern with too many alternatives",
        explanation: "Groups inside groups multiply. Split the pattern into several.",
    },
    Lint {
        id: "too-many-providers",
        severity: Error,
        summary: "more providers than a pack can hold",
        explanation: "The pack has room for a fixed number of providers. Take those away that no rule and no figure names any more.",
    },
    Lint {
        id: "unbounded-repeat",
        severity: Error,
        summary: "a pattern that may repeat without end",
        explanation: "Write a bound: `\\d{1,9}` instead of `\\d+`, `.{0,40}` instead of `.*`.",
    },
    Lint {
        id: "unclear-external-link",
        severity: Note,
        summary: "a link to another site that could not be checked",
        explanation: "`resep check --external` could not reach the server, or it would not tell a program. Open the address yourself.",
    },
    Lint {
        id: "unclosed-fence",
        severity: Error,
        summary: "a code block that is never closed",
        explanation: "Everything to the end of the page became code. Close the block with the fence it was opened with. What else is wrong on the \
page is told as if it were closed where that was forgotten; its section and those after it are not held against other languages until then.",
    },
    Lint {
        id: "unclosed-html",
        severity: Error,
        summary: "an allowed element that is not closed, or closed in the wrong place",
        explanation: "An element of HTML that the page allows is open at the end of the page, or its end stands where another one is \
open. Browsers guess where it ends, each on its own, and the rest of the page is drawn inside it.",
    },
    Lint {
        id: "undocumented-dispute",
        severity: Error,
        summary: "a disputed figure without two values and their sources",
        explanation: "`disputed` is for figures on which sources disagree. It lists at least two different values, each with \
who says so, so that readers see both.",
    },
    Lint {
        id: "unequal-code",
        severity: Error,
        summary: "code blocks that differ between languages",
        explanation: "Commands and responses are the same in every language, byte for byte. A difference means that one of \
them was changed alone.",
    },
    Lint {
        id: "unequal-links",
        severity: Error,
        summary: "links that differ between languages",
        explanation: "Both texts lead to the same pages. A link that stands in one language only is most often a sentence that the other lacks.",
    },
    Lint {
        id: "unequal-numbers",
        severity: Error,
        summary: "numbers that differ between languages",
        explanation: "Figures are written alike in all languages (0.14, not 0,14), so that they can be compared: a number \
that stands in one language only is a mistake or a missing sentence.",
    },
    Lint {
        id: "unequal-placeholders",
        severity: Error,
        summary: "placeholders of an interface word that differ between languages",
        explanation: "`{count}` and the like are replaced by values. A word that lacks one, or has another, would show the wrong thing.",
    },
    Lint {
        id: "unequal-sections",
        severity: Error,
        summary: "sections that differ between languages",
        explanation: "All languages of a page have the same headings with the same ids in the same order.",
    },
    Lint {
        id: "unequal-steps",
        severity: Error,
        summary: "numbers of steps that differ between languages",
        explanation: "The ordered lists of a section have the same number of items in every language.",
    },
    Lint {
        id: "unexpected-file",
        severity: Error,
        summary: "a file that nothing reads",
        explanation: "Everything in the content folder is used, or its name begins with a dot. A misplaced file is most often \
a page that would silently be missing.",
    },
    Lint {
        id: "unknown-cause",
        severity: Error,
        summary: "a cause that is not in the list",
        explanation: "Causes are fixed: they are what the diagnoser is measured by. `wallet` and the words of the rule tell \
finer differences.",
    },
    Lint {
        id: "unknown-directive",
        severity: Error,
        summary: "a {{...}} that is no table, no chart and no figure",
        explanation: "{{table:NAME}} and {{chart:NAME}} stand in a paragraph of their own, {{figure:ID}} inside a line. Each has two \
braces at both ends.",
    },
    Lint {
        id: "unknown-family",
        severity: Error,
        summary: "a family of phrases that is not there",
        explanation: "Families are phrases that several senders share. They are listed in data/families.toml, and rules refer to them by name.",
    },
    Lint {
        id: "unknown-key",
        severity: Error,
        summary: "a key that nothing reads",
        explanation: "A misspelt key would silently have no effect. The help names the nearest one that exists.",
    },
    Lint {
        id: "unknown-provider",
        severity: Error,
        summary: "a provider that is not in data/providers.toml",
        explanation: "Providers carry what they are recognised by, so each must be listed there. A rule under generic/ has none.",
    },
    Lint {
        id: "unknown-rule",
        severity: Error,
        summary: "a rule id that is not there",
        explanation: "Rule ids are `<provider>/<slug>`, the folders under errors/. The help names the nearest one that exists.",
    },
    Lint {
        id: "unknown-section",
        severity: Error,
        summary: "a section that a rule's page does not have, or in another order",
        explanation: "The sections are {#cause}, {#fix}, {#verify}, {#already-paid}, {#not-this} and {#ask}, in this order. The diagnoser takes its answer \
from them, so what stands elsewhere would not be shown there. Use headings of level 3 inside them.",
    },
    Lint {
        id: "unknown-source",
        severity: Error,
        summary: "a source that is not in data/sources.toml",
        explanation: "Every figure and every guide says where it comes from, by an id of data/sources.toml, so that readers can judge it.",
    },
    Lint {
        id: "unknown-wallet",
        severity: Error,
        summary: "a wallet that is not in data/wallets.toml, or none where money is involved",
        explanation: "Which wallet is empty is the answer people look for. Causes about money name one, unless it is the provider who has to fill a wallet of its own; other causes name none.",
    },
    Lint {
        id: "unreadable-file",
        severity: Error,
        summary: "a file that cannot be read",
        explanation: "The system's own words say why: most often permissions, or a file that went away while the folder \
was read. Or a folder has a name such as site.toml, under which a file is looked for.",
    },
    Lint {
        id: "unrecorded-translation",
        severity: Note,
        summary: "nobody recorded what a translation was made from",
        explanation: "This site keeps `translations.toml`, and the page is not in it, so that nobody will notice when the original changes. \
If the translation says the same as its original, run `resep renew` for its folder.",
    },
    Lint {
        id: "untranslated-text",
        severity: Error,
        summary: "text that was left in the other language",
        explanation: "A paragraph, an item of a list, a title or a summary is in another language of the site than its file, by the everyday \
words in it, or it has at least six words and stands in the translation as it stands in the original, whatever marks stand between the words. \
Translate it. What must stay as it is belongs \
between backticks; what others say, between quotation marks; a longer piece in another language, in an element with `lang`, such as \
<i lang=\"en\">...</i> where the page allows the element (`html`). Words of ui/, of data/ and of an incident that were copied are found likewise where they have four words or more, names \
(written large) aside, as a warning: a site cannot do without them while they are translated. What is the same in all languages is written \
once, `name = \"...\"`, where the field allows it. Everyday words of Indonesian, English, German, Spanish, French, Italian, Dutch and \
Portuguese are known; text of any other language is judged by what stands in two files alone.",
    },
    Lint {
        id: "unused-table",
        severity: Warning,
        summary: "a table of the site's own that no page shows",
        explanation: "A file in data/tables/ is published only where a page names it with `{{table:NAME}}`. Until then its figures are kept \
up for nobody. Name it in a page, or remove the file. Where the content has an internal part, `resep check --edition internal` tells, since pages \
there may show what no public one does.",
    },
    Lint {
        id: "unused-theme-file",
        severity: Warning,
        summary: "a file of the theme that changes nothing",
        explanation: "Files in theme/templates/ and theme/assets/ stand in the place of the program's own of the same name, which \
`resep theme` lists. A file of another name is of use only where one of yours names it: a part that a template includes, a \
font that a style loads. Most often the name is misspelt.",
    },
    Lint {
        id: "unused-within",
        severity: Error,
        summary: "a reach beside what has its own",
        explanation: "A log is full of numbers, so what makes a loose number (`number`) an error code has to stand within 120 bytes of it, \
whatever `within` says. Take the line away. Where the number is the value of a key, ask for `code` or `status` instead: these reach \
as far as `within` says. Beside `alone` and `told` the text itself is shorter than any reach.",
    },
    Lint {
        id: "wrong-folder",
        severity: Error,
        summary: "a rule in the folder of another provider",
        explanation: "The first folder under errors/ is the rule's provider, or `generic` for a rule without one.",
    },
    Lint {
        id: "wrong-step",
        severity: Error,
        summary: "a runbook step without checkbox, expected result or way out",
        explanation: "Each step of a runbook begins with [ ], and is followed by a paragraph with the expected result and one \
with what to do otherwise, each beginning with that word in bold, as `[runbook]` of the language's file in ui/ has it.",
    },
    Lint {
        id: "wrong-type",
        severity: Error,
        summary: "a value of the wrong type",
        explanation: "The key exists but holds a value of another type, such as a number where a string is expected.",
    },
];

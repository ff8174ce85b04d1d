// Package usage writes down how a program is used, from one description of its
// command line: completion for bash, zsh and fish, and a manual page.
//
// A [Program] is that description: commands, their flags and what either takes. Whoever
// parses the command line fills it from what it parses by, so that there is no
// second list. [Bash], [Zsh] and [Fish] write scripts for the shells, [Man] writes troff with
// the macros of man(7).
//
// The scripts hold all they need: pressing Tab starts no program. Those of urfave/cli v2 run
// the line that is being typed, by eval, with a flag behind it, and know neither values nor files; its
// manual page has no arguments, no descriptions and no environment.
package usage

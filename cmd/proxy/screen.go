package main

import (
	"io"
	"os"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"
)

// screen is what shows stdout to a person, or no person at all.
type screen struct {
	terminal bool // control characters would drive it
	width    int  // columns; 0 for no bound
	colour   bool // text may be coloured
}

// leastColumns is what lines are fitted into at least. A terminal that is narrower wraps them.
const leastColumns = 40

// screenFlags are the flags of commands that print for people.
func screenFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "colour", Aliases: []string{"color"}, Value: "auto", Usage: "`WHEN` to colour: auto (on a terminal, unless NO_COLOR is set), always, never", EnvVars: []string{"PROXY_COLOUR"}},
		&cli.IntFlag{Name: "width", Usage: "`COLUMNS` to fit lines into; 0 for no bound", DefaultText: "those of the terminal, else 0", EnvVars: []string{"PROXY_WIDTH"}},
	}
}

// screenOf is the screen that w is, as far as flags and environment do not say otherwise.
func screenOf(c *cli.Context, w io.Writer) (screen, error) {
	var s screen
	if f, ok := w.(*os.File); ok && isTerminal(f) {
		s.terminal = true
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			s.width = max(width, leastColumns)
		}
	}
	switch when := c.String("colour"); when {
	case "auto", "": // PROXY_COLOUR may be empty
		s.colour = s.terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	case "always":
		s.colour = true
	case "never":
	default:
		return s, usagef("--colour: %q is none of auto, always, never", when)
	}
	if c.IsSet("width") {
		s.width = c.Int("width")
	}
	if s.width < 0 || s.width > 0 && s.width < leastColumns {
		return s, usagef("--width: %d columns are too few; %d is the least, 0 for no bound", s.width, leastColumns)
	}
	return s, nil
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// The colours, as SGR parameters.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

// paint colours text if this screen has colours.
func (s screen) paint(sgr, text string) string {
	if !s.colour || text == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

package main

import (
	"io"
	"iter"

	"github.com/urfave/cli/v2"

	"runnertape"
)

// exchanges is what a view is given: those that were selected, in order. An error is the last of them.
type exchanges = iter.Seq2[*runnertape.Exchange, error]

// view is a form in which exchanges are shown.
type view struct {
	flag   string // that asks for it; "" for the listing, which is there unless something else is asked for
	is     string // what it writes, for sentences about what does not go with it
	follow bool   // it can show one exchange after the other, as they end
	show   func(d *dumper, w io.Writer, selected exchanges) error
}

// views are all forms. Of those that are asked for by the environment and on the command line,
// the latter counts.
var views = []*view{
	{"", "lines", true, eachWith(newTeller)},
	{"json", "JSON", true, eachWith(newJSONer)},
	{"curl", "commands", true, eachWith(newCurler)},
	{"har", "a HAR", false, showHAR},
	{"trace", "a log", false, showTrace},
	{"body", "a body", false, showBody},
	{"artifact", "a file", false, showArtifact},
}

// viewOf is the form that was asked for.
func viewOf(c *cli.Context) *view {
	chosen := views[0]
	for _, v := range views[1:] {
		if given(c, v.flag) || isOn(c, v.flag) && chosen == views[0] && !isOn(c, "verbose") {
			chosen = v
		}
	}
	return chosen
}

// eachWith is a view that shows one exchange at a time.
func eachWith(begin func(d *dumper) func(w io.Writer, x *runnertape.Exchange) error) func(*dumper, io.Writer, exchanges) error {
	return func(d *dumper, w io.Writer, selected exchanges) error {
		show := begin(d)
		for x, err := range selected {
			if err != nil {
				return err
			}
			if err := show(w, x); err != nil {
				return err
			}
		}
		return nil
	}
}

package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape"
	"runnertape/decode"
	"runnertape/store"
)

func maxSizeFlags(c *cli.Context) (maxSize int64, rotate bool, err error) {
	text, rotate := c.String("max-size"), c.Bool("rotate")
	if text == "" {
		if rotate {
			return 0, false, usagef("--rotate needs --max-size, the size of a file")
		}
		return 0, false, nil
	}
	if maxSize, err = parseSize(text); err != nil {
		return 0, false, usagef("--max-size: %v", err)
	}
	if maxSize < store.MinMaxBytes {
		return 0, false, usagef("--max-size: %s is too small for a recording; 1MiB is the least", text)
	}
	return maxSize, rotate, nil
}

// parseSize reads a number of bytes: 1048576, 64MiB, 2GiB, 500MB.
func parseSize(text string) (int64, error) {
	at := strings.IndexFunc(text, func(c rune) bool { return c < '0' || c > '9' })
	if at < 0 {
		at = len(text)
	}
	units := map[string]int64{
		"": 1, "B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
	}
	n, err := strconv.ParseInt(text[:at], 10, 64)
	unit, known := units[strings.TrimSpace(text[at:])]
	if err != nil || !known || n > math.MaxInt64/unit {
		return 0, fmt.Errorf("%q is no size, as 64MiB, 2GiB or a number of bytes is", text)
	}
	return n * unit, nil
}

// endsJob tells whether an exchange ends its job: what comes after is not of it.
func endsJob(x *runnertape.Exchange) bool {
	if x.Decoded == nil || x.Decoded.Endpoint != string(decode.UpdateJob) {
		return false
	}
	m, _ := decode.ParseMessage(x.Decoded)
	update, ok := m.(*decode.UpdateJobMessage)
	return ok && update.Ended()
}

// sayLeft says what --max-size made leave.
func (p *process) sayLeft(left store.Left) {
	for _, name := range left.Files {
		p.say("full, and whole: %s", name)
	}
	if left.Exchanges > 0 {
		p.say("left it to keep --max-size: %s, %s in all, about %s", count(left.Jobs, "job"), count(left.Exchanges, "exchange"), byteSize(left.Bytes))
	}
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
)

// report prints what was measured.
func (r *replayed) report(o *options, command string, stdout io.Writer) error {
	for _, row := range r.Rows {
		row.finish()
	}
	text := circumstances(command) + "\n" + r.String()
	if o.write != "" {
		if err := replaceSection(o.write, "replay", text); err != nil {
			return err
		}
	}
	if !o.json {
		_, err := io.WriteString(stdout, text)
		return err
	}
	return json.NewEncoder(stdout).Encode(r)
}

func (r *replayed) String() string {
	starts := table{{"exchanges", "verdict", "ms to the first job", "RssAnon MiB"}}
	for _, s := range r.Starts {
		ms, word := median(s.Rounds), "reached"
		if ms > startGoal {
			word = "not reached"
		}
		starts = append(starts, []string{fmt.Sprint(s.Exchanges), word, fmt.Sprintf("%.0f", ms), some("%.1f", mib(s.RssAnon))})
	}
	rates := table{{"workload", "subject", "verdict", "requests/s", "of net/http", "p50 µs", "p99 µs", "CPU µs", "RssAnon MiB"}}
	for _, row := range r.Rows {
		if row.Wrong != "" {
			rates = append(rates, wrongCells(row, 9))
			continue
		}
		m, word := row.Median, ""
		if of, ok := r.Rows.faster(row.Workload, nameReplay, nameHandler); ok && row.Subject == nameReplay {
			if word = "reached"; of < replayGoal {
				word = "not reached"
			}
		}
		rates = append(rates, []string{
			row.Workload, row.Subject, word, fmt.Sprintf("%.0f", m.Rate), r.Rows.of(row, nameHandler),
			fmt.Sprintf("%.0f", m.P50), fmt.Sprintf("%.0f", m.P99), some("%.0f", m.CPU), some("%.1f", mib(m.RssAnon)),
		})
	}
	return "### Start of a replay\n\n" + starts.String() + "\n### Requests to a replay\n\n" + rates.String()
}

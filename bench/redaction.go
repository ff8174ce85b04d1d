package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
)

// Names of recorders that differ in what they look for.
const (
	nameKeeps   = "runnertape --keep-secrets"
	nameRedacts = nameOurs
	nameMany    = "runnertape, 300 secrets"
)

// manySecrets are about those of fifty jobs that run at once.
const manySecrets = 300

// redactionSubjects are the recorder without redaction, with it, and with much to look for.
func redactionSubjects() []subject {
	return []subject{
		{nameKeeps, func(ctx context.Context, s *site) (*standing, error) { return startRecorder(ctx, s, "--keep-secrets") }},
		{nameRedacts, func(ctx context.Context, s *site) (*standing, error) { return startRecorder(ctx, s) }},
		{nameMany, startWithSecrets},
	}
}

func startWithSecrets(ctx context.Context, s *site) (*standing, error) {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	random := rand.New(rand.NewPCG(1, 1))
	var b strings.Builder
	for i := range manySecrets {
		b.WriteString([]string{"", "glcbt-64_", "p@ss/"}[i%3])
		for range 20 {
			b.WriteByte(letters[random.IntN(len(letters))])
		}
		b.WriteByte('\n')
	}
	file := s.file("secrets")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		return nil, err
	}
	return startRecorder(ctx, s, "--secret", "@"+file)
}

// redactionWorkloads are what runners do all day.
func redactionWorkloads(z sizes) []workload {
	var all []workload
	for _, w := range workloads(z) {
		if (w.kind == polls || w.kind == patches) && !w.secure && w.conns <= 16 {
			all = append(all, w)
		}
	}
	return all
}

// redactionBound is what of its throughput a recorder has to keep when it redacts.
const redactionBound = 0.85

// redactionTable compares each with the recorder that keeps secrets.
func redactionTable(f figures) string {
	t := table{{"workload", "subject", "requests/s", "of --keep-secrets", "p50 µs", "CPU µs", "RssAnon MiB", "verdict"}}
	for _, r := range f {
		if r.Wrong != "" {
			t = append(t, wrongCells(r, len(t[0])))
			continue
		}
		m := r.Median
		of, word := "", ""
		if ratio, ok := f.faster(r.Workload, r.Subject, nameKeeps); ok && r.Subject != nameKeeps {
			of, word = fmt.Sprintf("%.2f", ratio), "reached"
			if ratio < redactionBound {
				word = "not reached"
			}
		}
		t = append(t, []string{
			r.Workload, r.Subject, fmt.Sprintf("%.0f", m.Rate), of,
			fmt.Sprintf("%.0f", m.P50), some("%.0f", m.CPU), some("%.1f", mib(m.RssAnon)), word,
		})
	}
	return fmt.Sprintf("### What redaction costs\n\nThe goal is ≥ %g of the requests/s of a recorder that keeps secrets.\n\n%s", redactionBound, t)
}

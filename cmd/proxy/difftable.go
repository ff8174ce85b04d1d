package main

import (
	"strconv"
	"strings"

	"runnertape/drift"
)

// diffTable lists changes. For a program its fields are: level, exchange of A, exchange of B, endpoint, where, what.
func diffTable(changes []drift.Change) *table {
	t := &table{columns: []column{
		{title: "LEVEL"},
		{title: "A", right: true},
		{title: "B", right: true},
		{title: "ENDPOINT"},
		{title: "WHERE", easy: 24, least: 12},
		{title: "CHANGE", easy: 30, least: 20, wrap: true},
	}}
	for _, ch := range changes {
		endpoint := ch.Endpoint
		if endpoint == "" {
			endpoint = "job"
		}
		t.rows = append(t.rows, []cell{
			{full: ch.Level.String(), sgr: levelColour(ch.Level)},
			exchangeCell(ch.A), exchangeCell(ch.B),
			{full: printable(endpoint)},
			{full: printable(whereWords(&ch))},
			{full: printable(changeWords(&ch))},
		})
	}
	return t
}

func levelColour(l drift.Level) string {
	switch l {
	case drift.Error:
		return red
	case drift.Warning:
		return yellow
	}
	return ""
}

func exchangeCell(at drift.Place) cell {
	if at.Exchange == 0 {
		return cell{full: "-"}
	}
	return cell{full: strconv.FormatUint(at.Exchange, 10)}
}

// whereWords is like "response 201 header (state=failed)".
func whereWords(ch *drift.Change) string {
	words := strings.ReplaceAll(string(ch.Part), "_", " ")
	if ch.Status != 0 {
		words = strconv.Itoa(ch.Status) + " " + words
	}
	if ch.Side != "" {
		words = ch.Side + " " + words
	}
	if ch.Situation != "" && ch.Part != drift.PartSituation {
		words += " (" + ch.Situation + ")"
	}
	return words
}

// changeWords is like "gained info.labels (object)" or "image: null → object".
func changeWords(ch *drift.Change) string {
	thing := thingWords(ch)
	switch {
	case ch.Kind == drift.Changed:
		return strings.TrimPrefix(thing+": ", ": ") + ch.Before + " → " + ch.After
	case ch.Part == drift.PartBody:
		return string(ch.Kind) + " " + thing + " (" + ch.Before + ch.After + ")"
	case ch.Part == drift.PartValue, ch.Part == drift.PartVariable:
		return string(ch.Kind) + " " + thing + " " + ch.Before + ch.After
	}
	return strings.TrimSpace(string(ch.Kind) + " " + strings.TrimSpace(thing+" "+ch.Before+ch.After))
}

// thingWords is what a change is about; empty if where it is says that.
func thingWords(ch *drift.Change) string {
	switch {
	case ch.Part == drift.PartSituation:
		return ch.Situation
	case ch.Part == drift.PartBody && ch.Name == "":
		return "JSON"
	case ch.Job != "":
		return ch.Job
	}
	return ch.Name
}

//go:build race

package main

// underRace tells that the race detector slows the program down, by ten times and more.
const underRace = true

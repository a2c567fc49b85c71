"""The colours of charts: told apart without seeing red and green, and each stroke is another one too."""

INK, SOFT, GRID = "#1d1c1d", "#616061", "#e6e6e6"
LINE = "#0067a5"
TARGET = "#b04a00"
AHEAD = "#7a5195"

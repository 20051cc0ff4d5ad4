# The published report of a quarter, by hospital; needs httr2.
# COORD_ADDRESS=http://127.0.0.1:8000 COORD_TOKEN=coord_... Rscript report.R
library(httr2)

answer <- request(paste0(Sys.getenv("COORD_ADDRESS"), "/api/q/impact-report.csv?period=2026Q3")) |>
  req_auth_bearer_token(Sys.getenv("COORD_TOKEN")) |>
  req_perform()
text <- sub("^\ufeff", "", resp_body_string(answer, encoding = "UTF-8"))
report <- read.csv(text = text, check.names = FALSE, colClasses = "character")
columns <- c("hospital.key", "personTimes.value", "personTimes.status")
cat(do.call(paste, c(report[columns], sep = "\t")), sep = "\n")

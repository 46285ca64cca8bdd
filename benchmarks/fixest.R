# fixest's times for one estimation, as a line of JSON: Rscript fixest.R FILE.csv FORMULA CLUSTERS RUNS ESTIMATOR THREADS
suppressMessages(library(fixest))
a <- commandArgs(TRUE)
setFixest_nthreads(as.integer(a[6]))
setFixest_notes(FALSE)
data <- if (requireNamespace("data.table", quietly = TRUE)) as.data.frame(data.table::fread(a[1])) else read.csv(a[1])
run <- if (a[5] == "ols") feols else fepois
call <- function() {
  if (nzchar(a[3])) run(as.formula(a[2]), data, vcov = as.formula(paste0("~", a[3])), ssc = ssc(adj = FALSE))
  else run(as.formula(a[2]), data, vcov = "iid")
}
fit <- call()
times <- replicate(as.integer(a[4]), system.time(fit <<- call())[["elapsed"]])
numbers <- function(v) paste0("[", paste(format(v, digits = 17, trim = TRUE), collapse = ","), "]")
cat(sprintf('{"coef":%s,"se":%s,"times":%s,"memory":null}\n', numbers(unname(coef(fit))), numbers(unname(se(fit))), numbers(times)))
